// Predicts what a model does with a workload, from nothing but its four facts and those of the
// server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"
#include "bench/models/simulation.hpp"

namespace waitbench {

// What each task of a run should do, by its number less one; with several clients, one client's
// tasks after the other's. Where tasks arrive over time, at the moments that the workload says.
std::vector<PredictedTask> predicted_tasks(const Model& model, const Workload& workload,
                                           const Server& server = servers.front());

// When each task should have finished, by its number less one, if the tasks arrive as `arrivals`
// say.
std::vector<Duration> predicted_ends(const Model& model, const Workload& workload,
                                     const std::vector<Duration>& arrivals,
                                     const Server& server = servers.front());

// How long the run should take: until the last task's predicted end. With several clients, as long
// as the first, whose share is the largest.
Seconds predicted_makespan(const Model& model, const Workload& workload,
                           const Server& server = servers.front());

// Whether the closed form holds where all tasks are there at once: all compute as long, and the
// server has a place for every task at once that the model has under way.
bool has_closed_form(const Model& model, const Workload& workload, const Server& server);

// The formula of the prediction in words, or "simulated" where there is none.
std::string predicted_formula(const Model& model, const Workload& workload,
                              const Server& server = servers.front());

// The most tasks started and not finished at one time: all that the facts allow, unless tasks
// arrive so slowly that fewer are there.
int predicted_in_flight(const Model& model, const Workload& workload,
                        const Server& server = servers.front());

// From how many tasks per second on the queue of those who wait grows without bound: T/k for T
// threads that compute, S/(c+r+k) for S places that a task keeps through its waits, P/r for P
// places at the server; the least of those. Nothing if no such rate is known.
std::optional<double> saturation_rate(const Model& model, const Workload& workload,
                                      const Server& server = servers.front());

}  // namespace waitbench
