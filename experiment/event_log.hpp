// Who did which step when, and on which OS thread: the record that every claim rests on.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/workload.hpp"

namespace waitbench {

enum class Step { started, written, read, finished, accepted, echoed };

inline constexpr std::array<std::string_view, 6> step_names{"started",  "written",  "read",
                                                            "finished", "accepted", "echoed"};

constexpr std::string_view name_of(Step step) {
  return step_names.at(static_cast<size_t>(step));
}

struct Event {
  int task = 0;  // from 1; 0 is a connection whose label the server could not read
  Step step{};
  Clock::time_point time;  // CLOCK_MONOTONIC: one axis for all processes of a machine
  int thread = 0;          // OS thread id (gettid)

  bool operator==(const Event&) const = default;
};

// The calling thread's OS id; asks the kernel once a thread.
int this_thread_id();

// A client's record. Each (task, step) has a slot of its own, set aside at construction: recording
// takes no lock and allocates nothing, and any threads may record at once as long as no two record
// the same step of the same task. Read it when those threads have been joined.
class EventLog {
 public:
  using Listener = std::function<void(const Event&)>;

  // `listener`, if there is one, hears of every event on the thread that recorded it, after the
  // clock was read. It must stand being called from several threads.
  explicit EventLog(int tasks, Listener listener = {});

  // `task` counts from 1; `step` is one of a task's four.
  void record(int task, Step step);

  // What was recorded, in the order of time.
  std::vector<Event> events() const;

 private:
  struct Slot {
    Clock::time_point time;  // the epoch stands for "not recorded"
    int thread = 0;
  };
  static constexpr size_t steps_per_task = 4;

  std::vector<Slot> slots_;
  Listener listener_;
};

// CSV with the columns task,step,ns,thread; `ns` counts from the steady clock's epoch.
inline constexpr std::string_view csv_header = "task,step,ns,thread\n";
std::string csv_row(const Event& event);
std::string to_csv(std::span<const Event> events);

// Throws std::runtime_error that names file and line where the file is missing or malformed.
std::vector<Event> read_csv(const std::filesystem::path& file);

}  // namespace waitbench
