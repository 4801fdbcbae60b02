// When tasks arrive that don't all start at once: the same moments in every program, from a rate, a
// kind and a seed.
#pragma once

#include <vector>

#include "experiment/workload.hpp"

namespace waitbench {

// When each of the tasks is meant to start, counted from the beginning of the run: ascending. That
// does not depend on how the tasks before it fare, which is what makes the load an open loop. Even
// arrivals begin one interval after the beginning, Poisson arrivals after their first random one.
std::vector<Duration> arrival_times(const Arrivals& arrivals, int tasks);

}  // namespace waitbench
