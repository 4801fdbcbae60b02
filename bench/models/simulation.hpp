// Predicts what every task does when, by simulating tasks that go through counted places.
#pragma once

#include <vector>

#include "bench/models/facts.hpp"

namespace waitbench {

// When a task should take its steps, counted from the beginning of the run.
struct PredictedTask {
  Duration started{};
  Duration written{};   // its question is sent
  Duration echoed{};    // the server has answered
  Duration read{};      // a thread has taken the answer, or was free to
  Duration computes{};  // that thread begins to compute
  Duration finished{};
  int place = 0;  // among those that compute at once, from 1

  bool operator==(const PredictedTask&) const = default;
};

// The tasks of one client, in their order, if task i is there from `arrivals[i]` on. What they go
// through:
// - places under way, which a task takes when it starts and leaves when it has finished;
// - places at the server, `server_places`, which a connection has from being accepted until the
//   task closes it, having read the answer;
// - threads: starting, sending and reading take no time, but need a thread as computing does,
//   unless a loop of its own does the waiting; where tasks are dealt out, task i waits for thread
//   i mod T, even if others are free;
// - cores: burning, n threads on C cores run at min(1, C/n) each.
// All of them are given to who asks first; of equal tasks which goes first is not predicted:
// compare by rank. Costs about a microsecond per task.
std::vector<PredictedTask> simulate(const Facts& client, int server_places,
                                    const Workload& workload,
                                    const std::vector<Duration>& arrivals);

}  // namespace waitbench
