// Says whether a run's records can have happened. A process may write anything about itself: what
// it says is held against what others saw, and against what was asked for. All rules for that stand
// here; harness and judge ask, and a run that breaks one has failed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"
#include "record/event.hpp"

namespace waitbench {

// A process as its parent saw it: from when it became its program until it was reaped.
struct Life {
  Clock::time_point start;
  Clock::time_point reaped;
};

// The threads that a process and its children had, as the kernel listed them at some time between
// two readings of the clock.
struct ThreadSample {
  Clock::time_point before;
  Clock::time_point after;
  std::vector<int> threads;  // ascending
};

// Takes out of a client's records those that can't be its own: of a task that it was not given, on
// no thread, at a time at which the process was not there, a second one of the same step, a step
// before the one that it follows. Returns why the first was taken out; nothing if all stay.
// `events` must be ordered by time.
std::optional<std::string> remove_impossible(std::vector<Event>& events, int tasks,
                                             const Life& life);

// What a server has on record, told apart by whose connections they were.
struct Connections {
  std::vector<Event> of_tasks;  // of one connection per task at most
  int strangers = 0;            // connections of nobody's task
  std::string doubt;            // why some task's own connection can't be told; else empty
};

// In `server_events`, the `echoed` of a connection stands right after its `accepted`, and its
// `closed`, if it is on record, right after that. A connection is a task's own if it carries the
// task's number and fits between the task's steps in `client_events`, as far as there are any.
Connections tell_apart(std::span<const Event> server_events, std::span<const Event> client_events,
                       const Workload& workload, const Life& server);

// Which task lacks one of its four steps; nothing if none does.
std::optional<std::string> missing_step(std::span<const Event> client_events, int tasks);

// Why the records of one client's tasks can't have happened: of a task with all of its steps, that
// it has no connection, or a stage that is shorter than was asked for; a step on a thread that the
// process did not have. Nothing if they can. `workload` is that client's share.
std::optional<std::string> contradiction(std::span<const Event> client_events,
                                         const Connections& connections, const Workload& workload,
                                         std::span<const ThreadSample> samples);

// Why the tasks can't have been done so soon; nothing if they can, or if the prediction is no lower
// bound: where more tasks burn than there are cores, or where tasks that arrive over time may be
// served in another order than the predicted one.
std::optional<std::string> too_soon(const Model& model, const Workload& workload, Seconds makespan,
                                    const Server& server = servers.front());

// Why a client that used so much CPU time can't have computed all of its tasks; nothing if it can,
// or if computing takes no CPU time.
std::optional<std::string> too_little_cpu_time(const Workload& workload, Seconds used);

}  // namespace waitbench
