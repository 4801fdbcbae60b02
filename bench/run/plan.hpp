// Decides which run comes when.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/records/run.hpp"

namespace waitbench {

// What is to be run with what, in all combinations.
struct Experiment {
  std::span<const Model* const> models;
  std::span<const Server* const> servers;
  std::span<const Workload> workloads;
};

// "sequential/tasks:3"; "sequential/tasks:3/rate:40" where tasks arrive over time, and
// "sequential/server:epoll/tasks:3" where the server is not the usual one. The same for all
// repetitions.
std::string name_of(const PlannedRun& planned);

// Every chosen model against every chosen server on every workload, `repetitions` times. Several
// repetitions come in a random order that the seed determines, so that what changes on the machine
// meanwhile does not fall on one model.
std::vector<PlannedRun> plan_runs(const Experiment& experiment, int repetitions,
                                  std::uint32_t seed);

// The warm-up runs, in order.
std::vector<PlannedRun> plan_warmup(const Experiment& experiment, int rounds);

}  // namespace waitbench
