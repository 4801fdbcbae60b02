// Predicts by the simulation, and by the closed forms where they give the same and cost nothing.
#include "bench/models/prediction.hpp"

#include <algorithm>

namespace waitbench {
namespace {

// All servers here let all tasks wait at once.
constexpr int server_places = any_number;

std::vector<Duration> arrivals_of(const Workload& workload) {
  if (workload.arrivals) return arrival_times(*workload.arrivals, workload.tasks);
  return std::vector<Duration>(static_cast<size_t>(workload.tasks));
}

}  // namespace

std::vector<PredictedTask> predicted_tasks(const Model& model, const Workload& workload) {
  std::vector<PredictedTask> tasks;
  for (int client = 0; client < workload.clients; ++client) {
    const Workload share = share_of(client, workload);
    std::ranges::copy(simulate(model.facts, server_places, share, arrivals_of(share)),
                      std::back_inserter(tasks));
  }
  return tasks;
}

std::vector<Duration> predicted_ends(const Model& model, const Workload& workload,
                                     const std::vector<Duration>& arrivals) {
  std::vector<Duration> ends;
  for (const PredictedTask& task : simulate(model.facts, server_places, workload, arrivals))
    ends.push_back(task.finished);
  return ends;
}

Seconds predicted_makespan(const Model& model, const Workload& workload) {
  const Workload share = share_of(0, workload);
  if (!workload.arrivals) return closed_form(model.facts, share);
  return std::ranges::max(predicted_ends(model, share, arrivals_of(share)));
}

int predicted_in_flight(const Model& model, const Workload& workload) {
  const int allowed = at_once(model.facts.under_way, workload);
  if (!workload.arrivals) return allowed;
  const auto arrivals = arrivals_of(workload);
  auto ends = predicted_ends(model, workload, arrivals);
  std::ranges::sort(ends);
  std::ptrdiff_t most = 0;
  for (size_t arrived = 0; arrived < arrivals.size(); ++arrived) {
    const auto ended = std::ranges::upper_bound(ends, arrivals[arrived]) - ends.begin();
    most = std::max(most, static_cast<std::ptrdiff_t>(arrived) + 1 - ended);
  }
  return std::min(allowed, static_cast<int>(most));
}

std::optional<double> saturation_rate(const Model& model, const Workload& workload) {
  const Facts& facts = model.facts;
  const int computing = places(facts.computing, workload);
  if (computing == any_number) return std::nullopt;
  const Seconds held = keeps_its_place(facts)
                           ? workload.connect + workload.response + workload.compute
                           : workload.compute;
  if (held == Seconds{0}) return std::nullopt;
  return computing / held.count();
}

}  // namespace waitbench
