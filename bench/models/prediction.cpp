// Predicts by the simulation, and by the closed forms where they give the same and cost nothing.
#include "bench/models/prediction.hpp"

#include <algorithm>

namespace waitbench {
namespace {

std::vector<Duration> arrivals_of(const Workload& workload) {
  if (workload.arrivals) return arrival_times(*workload.arrivals, workload.tasks);
  return std::vector<Duration>(static_cast<size_t>(workload.tasks));
}

// How many tasks per second go through places that each holds for so long; nothing: any number.
std::optional<double> rate_of_places(int number, Seconds held) {
  if (number == any_number || held == Seconds{0}) return std::nullopt;
  return number / held.count();
}

std::optional<double> least(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

std::vector<PredictedTask> predicted_tasks(const Model& model, const Workload& workload,
                                           const Server& server) {
  std::vector<PredictedTask> tasks;
  for (int client = 0; client < workload.clients; ++client) {
    const Workload share = share_of(client, workload);
    std::ranges::copy(
        simulate(model.facts, server_places(server.facts, share), share, arrivals_of(share)),
        std::back_inserter(tasks));
  }
  return tasks;
}

std::vector<Duration> predicted_ends(const Model& model, const Workload& workload,
                                     const std::vector<Duration>& arrivals, const Server& server) {
  std::vector<Duration> ends;
  for (const PredictedTask& task :
       simulate(model.facts, server_places(server.facts, workload), workload, arrivals))
    ends.push_back(task.finished);
  return ends;
}

bool has_closed_form(const Model& model, const Workload& workload, const Server& server) {
  return workload.uneven == 1 &&
         server_places(server.facts, workload) >= at_once(model.facts.under_way, workload);
}

Seconds predicted_makespan(const Model& model, const Workload& workload, const Server& server) {
  const Workload share = share_of(0, workload);
  if (!workload.arrivals && has_closed_form(model, share, server))
    return closed_form(model.facts, share);
  return std::ranges::max(predicted_ends(model, share, arrivals_of(share), server));
}

std::string predicted_formula(const Model& model, const Workload& workload, const Server& server) {
  const Workload share = share_of(0, workload);
  return has_closed_form(model, share, server) ? formula_of(model.facts, share) : "simulated";
}

int predicted_in_flight(const Model& model, const Workload& workload, const Server& server) {
  const int allowed = at_once(model.facts.under_way, workload);
  if (!workload.arrivals) return allowed;
  const auto arrivals = arrivals_of(workload);
  auto ends = predicted_ends(model, workload, arrivals, server);
  std::ranges::sort(ends);
  std::ptrdiff_t most = 0;
  for (size_t arrived = 0; arrived < arrivals.size(); ++arrived) {
    const auto ended = std::ranges::upper_bound(ends, arrivals[arrived]) - ends.begin();
    most = std::max(most, static_cast<std::ptrdiff_t>(arrived) + 1 - ended);
  }
  return std::min(allowed, static_cast<int>(most));
}

std::optional<double> saturation_rate(const Model& model, const Workload& workload,
                                      const Server& server) {
  const Facts& facts = model.facts;
  Seconds held = Seconds{workload.compute_of(1) + workload.compute_of(2)} / 2;
  if (keeps_its_place(facts)) held += workload.connect + workload.response;
  return least(rate_of_places(places(facts.computing, workload), held),
               rate_of_places(server_places(server.facts, workload), workload.response));
}

}  // namespace waitbench
