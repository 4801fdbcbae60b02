// Lists the runs of each repetition and shuffles them.
#include "bench/run/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace waitbench {

std::string name_of(const PlannedRun& planned) {
  const Workload usual;  // what differs from it is part of the name
  std::string name{planned.model->name};
  if (planned.server != &servers.front()) name += fmt::format("/server:{}", planned.server->name);
  name += fmt::format("/tasks:{}", planned.workload.tasks);
  if (planned.workload.threads != usual.threads)
    name += fmt::format("/threads:{}", planned.workload.threads);
  if (planned.workload.server_threads != usual.server_threads)
    name += fmt::format("/server_threads:{}", planned.workload.server_threads);
  if (const auto& arrivals = planned.workload.arrivals)
    name += fmt::format("/rate:{}", arrivals->rate);
  return name;
}

namespace {

std::vector<PlannedRun> rounds(const Experiment& experiment, int count, bool are_warmup) {
  std::vector<PlannedRun> plan;
  for (int repetition = 1; repetition <= count; ++repetition)
    for (const Workload& workload : experiment.workloads)
      for (const Server* server : experiment.servers)
        for (const Model* model : experiment.models)
          plan.push_back({model, server, workload, repetition, are_warmup});
  return plan;
}

}  // namespace

std::vector<PlannedRun> plan_warmup(const Experiment& experiment, int rounds_of_runs) {
  return rounds(experiment, rounds_of_runs, true);
}

std::vector<PlannedRun> plan_runs(const Experiment& experiment, int repetitions,
                                  std::uint32_t seed) {
  auto plan = rounds(experiment, repetitions, false);
  if (repetitions > 1) std::ranges::shuffle(plan, std::mt19937{seed});
  return plan;
}

}  // namespace waitbench
