// What a run's records show of its structure: threads, overlap, order. None of it depends on how
// fast the machine is.
#pragma once

#include <span>
#include <string>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"
#include "record/event_log.hpp"

namespace waitbench {

struct Structure {
  int threads = 0;        // OS threads that ran a step
  int max_in_flight = 0;  // most tasks at once that had started and not finished
  int max_computing = 0;  // most tasks at once in the stage `compute`
  int thread_hops = 0;    // steps that ran on another thread than the task's step before

  bool operator==(const Structure&) const = default;
};

// What the server's records show.
struct ServerStructure {
  int accepting_threads = 0;  // OS threads that accepted a connection
  int serving_threads = 0;    // OS threads that echoed
  int max_waiting = 0;        // most connections at once that were accepted and not yet echoed

  bool operator==(const ServerStructure&) const = default;
};

// `server_events` may lack some.
ServerStructure server_structure_of(std::span<const Event> server_events);

// `events` must be ordered by time, and hold all four steps of each task that they hold any of.
Structure structure_of(std::span<const Event> events);

// Whether all tasks' replies were sent so close together that a computing stage leaves 50 ms for a
// busy machine to give each a core: then tasks that could compute at once must be seen to.
// `server_events` may lack some.
bool replied_together(const Workload& workload, std::span<const Event> server_events);

inline constexpr std::string_view as_predicted = "as predicted";

// `as_predicted`, or what is otherwise than the model's row expects. Too many at once is always
// wrong. Too few is wrong only if the records show that more were possible: if all tasks were
// started, or all replies sent, so close together that a stage leaves 50 ms for a busy machine to
// give each a core. `events` are the client's, complete; `server_events` may lack some.
std::string judge(const Model& model, const Workload& workload, std::span<const Event> events,
                  std::span<const Event> server_events);

// The same of the server. Too few at once is wrong only if all tasks asked so close together that
// half of the response leaves 50 ms for a busy machine to accept each.
std::string judge_server(const Server& server, const Workload& workload,
                         std::span<const Event> events, std::span<const Event> server_events);

}  // namespace waitbench
