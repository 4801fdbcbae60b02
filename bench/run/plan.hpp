// Decides which run comes when.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/records/run.hpp"

namespace waitbench {

// "sequential/tasks:3", or "sequential/tasks:3/rate:40" where tasks arrive over time: the same for
// all repetitions.
std::string name_of(const PlannedRun& planned);

// Every chosen model on every workload, `repetitions` times. Several repetitions come in a random
// order that the seed determines, so that what changes on the machine meanwhile does not fall on
// one model.
std::vector<PlannedRun> plan_runs(std::span<const Model* const> chosen,
                                  std::span<const Workload> workloads, int repetitions,
                                  std::uint32_t seed);

// The warm-up runs, in order.
std::vector<PlannedRun> plan_warmup(std::span<const Model* const> chosen,
                                    std::span<const Workload> workloads, int rounds);

}  // namespace waitbench
