// What to expect of a model whose tasks arrive over time: it is a queue, and a simulation of the
// queue, from nothing but the model's row and the moments of arrival, says when each task ends.
#pragma once

#include <optional>
#include <vector>

#include "bench/models/models.hpp"

namespace waitbench {

// When each task should have finished, by its number less one, if every task arrives as
// `arrivals` say. A queue serves who is ready first. What waits in it are
// - whole tasks, where as many may be in flight as compute at once: they keep their place;
// - else whatever a task does between two waits, on one of the threads that compute: starting and
//   sending take no time, but have to wait for a thread as computing does, which takes k;
// - only the computing, where the row has a thread more than compute, to wait with.
// Holds for ComputeKind::hold.
std::vector<Duration> predicted_ends(const Model& model, const Workload& workload,
                                     const std::vector<Duration>& arrivals);

// How long the run should take: by the model's formula, or, if tasks arrive over time, until the
// last one's predicted end.
Seconds predicted_makespan(const Model& model, const Workload& workload);

// The most tasks started and not finished at one time: all that the row allows, unless tasks arrive
// so slowly that fewer are there.
int predicted_in_flight(const Model& model, const Workload& workload);

// From how many tasks a second on the queue grows without bound: T/k for T threads that compute,
// S/(c+r+k) for S places that a task keeps through its waits. Nothing if no such rate is known.
std::optional<double> saturation_rate(const Model& model, const Workload& workload);

}  // namespace waitbench
