// Which stage each task was in when: the records of client and server, read by the one rule for it.
// The live view, the trace and results.json, which charts and page draw, all have their stages from
// here.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bench/models/simulation.hpp"
#include "bench/records/run.hpp"

namespace waitbench {

enum class Stage {
  connect,   // from `started` to `written`
  response,  // from `written` until the server sent its echo, or to `read` where that is not known
  ready,     // from the echo to `read`, and from `read` until the thread that computes was free
  compute,   // from there to `finished`
};

constexpr std::string_view name_of(Stage stage) {
  constexpr std::array<std::string_view, 4> names{"connect", "response", "ready", "compute"};
  return names.at(static_cast<size_t>(stage));
}

// A task was in one stage from `begin` to `end`, counted from the start of the run.
struct Stretch {
  Stage stage{};
  Duration begin{};
  Duration end{};
  int thread = 0;  // OS thread id of who began the stage, or computed; 0 where a task is ready

  bool operator==(const Stretch&) const = default;
};

// When, counted from the start of the run, and on which OS thread.
struct Moment {
  Duration time{};
  int thread = 0;
};

Moment moment_after(Clock::time_point start, Clock::time_point time, int thread);

// What is on record of a task. A run that failed, or goes on, may lack any of it. No step is
// earlier than the one before it: where the records say otherwise, it is as late.
struct TaskRecord {
  int task = 0;
  std::optional<Moment> started, written, read, finished;
  std::optional<Moment> echoed;    // by the server; the last, if there are several
  std::optional<Moment> computes;  // when it began to; on the thread that recorded `finished`
  std::vector<Stretch> stages;     // in their order; none of no length
};

// The records of a run, whole or so far.
struct Records {
  std::span<const Event> client;
  std::span<const Event> server;
  Clock::time_point start;
  Duration end{};           // a stage that has not ended is drawn up to here
  int computing_at_most{};  // so many tasks at once, as the model has it
};

// The last thing on record, or when the run was cut short; 0 if there is nothing. A stage that
// never ended is drawn up to here.
Duration end_of(const Run& run);

// The tasks that have a record of the client's, in order. Which thread took up a task that has not
// finished is not on record; when one did is: they are taken up in the order in which they came,
// each as soon as fewer than `computing_at_most` compute.
std::vector<TaskRecord> tasks_of(const Records& records);
std::vector<TaskRecord> tasks_of(const Run& run);

// The stages of a task as it is predicted; `thread` is the task's place among those that compute.
std::vector<Stretch> stages_of(const PredictedTask& task);

}  // namespace waitbench
