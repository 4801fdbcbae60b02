// Tells before a run whether the system's limits leave room for it.
#pragma once

#include <optional>
#include <string>

#include "bench/records/run.hpp"
#include "bench/run/limits.hpp"

namespace waitbench {

// Why a run is not even tried, and how far it could have gone.
struct PredictedRefusal {
  std::string reason;  // what is needed, what there is, and where that limit is set
  int tasks = 0;       // the most for which there would have been room
};

// Over how many addresses of each server the tasks are spread, so that the ports suffice.
int addresses_needed(const Model& model, const Workload& workload, const Limits& limits,
                     const Server& server = servers.front());

// Only what is certain is refused: no use of the limits by others is counted. Nothing if there may
// be room.
std::optional<PredictedRefusal> predict_refusal(const Model& model, const Workload& workload,
                                                const Limits& limits,
                                                const Server& server = servers.front());

// The most tasks that the model, given the workload else, is predicted to run in that time; 0 if
// there is none.
int most_tasks_within(const Model& model, Workload workload, Duration time,
                      const Server& server = servers.front());

// The fewest clients, each with a server of its own, over which so many tasks must be split for the
// descriptors of a process to be enough for all of them at once.
int clients_needed(int tasks, const Limits& limits);

}  // namespace waitbench
