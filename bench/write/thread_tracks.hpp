// What the threads of a process were busy with, as far as the records of its tasks tell.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/records/stages.hpp"
#include "bench/write/trace_events.hpp"

namespace waitbench {

// For what took no time that is on record: an arrow must find something to begin or end in.
inline constexpr Duration shortest_slice{1};

class ThreadTracks {
 public:
  // `events` give the threads their numbers: 1, 2, ... in the order of their first steps;
  // others that something is drawn on come after them.
  explicit ThreadTracks(std::span<const Event> events);

  // Whose thread is held while it waits is drawn from `started` to `finished`. Whose is not, while
  // it computes; what else it did on a thread took no time that is on record, and is drawn as a
  // step. That a task has started is drawn as an instant, too: a step is too short to be seen. What
  // has not finished is drawn up to `end`.
  void draw(const TaskRecord& task, bool held, Duration end);

  // As the shortest slice there is.
  void draw_step(std::string_view name, int task, const Moment& moment);

  // What ran, when and on which thread, is on record as it is.
  void draw_slice(const Moment& begin, Duration end, std::string name);

  // For a task that is not to be drawn by itself: it is part of what its thread was busy with.
  void sum_up(const TaskRecord& task, bool held, Duration end);

  // The threads on which something was drawn. What was summed up is drawn around it, as one slice
  // for all tasks that follow each other closer than one could see.
  void write(int process, Duration end, TraceEvents& events) const;

 private:
  struct Slice {
    Duration begin;
    Duration end;
    std::string name;
    std::string arguments;
  };
  struct Busy {
    Duration begin;
    Duration end;
    int tasks;
  };

  std::vector<Slice>& slices_of(int thread);
  void write_slices(Track track, std::vector<Slice> slices, TraceEvents& events) const;
  std::vector<Slice> blocks_of(int thread, Duration gap) const;

  std::map<int, int> numbers_;  // by OS thread id
  std::map<int, std::vector<Slice>> slices_;
  std::map<int, std::vector<std::pair<Duration, int>>> started_;  // when, and which task
  std::map<int, std::vector<Busy>> busy_;
};

}  // namespace waitbench
