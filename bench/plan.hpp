// Decides which run comes when.
#pragma once

#include <string>
#include <vector>

#include "bench/options.hpp"

namespace waitbench {

struct PlannedRun {
  const Model* model;
  Workload workload;
  int repetition;          // from 0
  bool is_warmup = false;  // runs before all others, to be kept apart
};

// "sequential/tasks:3", or "sequential/tasks:3/rate:40" where tasks arrive over time: the same for
// all repetitions.
std::string name_of(const PlannedRun& planned);

// Every run that `options` ask for. Several repetitions come in a random order that the seed
// determines, so that what changes on the machine meanwhile does not fall on one model.
std::vector<PlannedRun> plan_runs(const HarnessOptions& options);

// The warm-up runs that `options` ask for, in order.
std::vector<PlannedRun> plan_warmup(const HarnessOptions& options);

}  // namespace waitbench
