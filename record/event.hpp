// One step of one task: when it happened, and on which OS thread.
#pragma once

#include <array>
#include <string_view>

#include "support/time.hpp"

namespace waitbench {

// A client's four steps, a server's three, and `due`: when a task was meant to start, where tasks
// arrive over time. `due` is not a step of a task; it is recorded with the steps, by the thread
// that made the schedule.
enum class Step { started, written, read, finished, accepted, echoed, closed, due };

inline constexpr std::array<std::string_view, 8> step_names{
    "started", "written", "read", "finished", "accepted", "echoed", "closed", "due"};

constexpr std::string_view name_of(Step step) {
  return step_names.at(static_cast<size_t>(step));
}

struct Event {
  int task = 0;  // from 1; 0 is a connection that sent no label
  Step step{};
  Clock::time_point time;  // CLOCK_MONOTONIC: one axis for all processes of a machine
  int thread = 0;          // OS thread id (gettid)

  bool operator==(const Event&) const = default;
};

// The calling thread's OS id; asks the kernel once per thread.
int this_thread_id();

}  // namespace waitbench
