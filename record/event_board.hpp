// Where the events of a run are noted as they happen: a slot for each step of each task, in memory
// of the process alone, or in memory that another process looks at while it fills.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "record/event.hpp"

namespace waitbench {

// Noting an event takes two stores, whoever looks. Any threads of any processes may note events and
// look at once; whoever finds an event finds it whole.
class EventBoard {
 public:
  // In memory of this process alone.
  explicit EventBoard(int tasks);

  // In the memory of a file as long as bytes_for() says, which it is for some number of tasks.
  // Throws std::runtime_error that names the file if it can't be had or is none such.
  explicit EventBoard(const std::filesystem::path& path);

  static size_t bytes_for(int tasks);

  int tasks() const { return tasks_; }
  bool has_task(int task) const { return task >= 1 && task <= tasks_; }

  // Empties the slots of the steps from `first` to `last`, and has their memory ready: a page that
  // is touched for the first time while tasks run would delay them.
  void clear(Step first, Step last);

  // Throws std::out_of_range where has_task() is false.
  void put(const Event& event);

  // How many tasks have noted the step so far.
  int count(Step step) const;

  // What has been noted so far of the steps from `first` to `last`: step by step, task by task.
  std::vector<Event> events(Step first = Step::started, Step last = Step::echoed) const;

 private:
  struct Slot {
    std::int64_t ns;  // of the steady clock; 0 stands for "not yet"
    std::int64_t thread;
  };
  struct Unmap {
    size_t bytes;
    void operator()(Slot* slots) const;
  };

  EventBoard(int tasks, int file);  // -1: no file

  // All tasks' slots of one step lie together: who notes no such step touches none of their memory.
  Slot& slot(size_t step, int task) const;

  int tasks_;
  std::unique_ptr<Slot, Unmap> slots_;
};

}  // namespace waitbench
