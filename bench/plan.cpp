// Lists the runs of each repetition and shuffles them.
#include "bench/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace waitbench {

std::string name_of(const PlannedRun& planned) {
  const Workload usual;  // what differs from it is part of the name
  std::string name = fmt::format("{}/tasks:{}", planned.model->name, planned.workload.tasks);
  if (planned.workload.threads != usual.threads)
    name += fmt::format("/threads:{}", planned.workload.threads);
  if (const auto& arrivals = planned.workload.arrivals)
    name += fmt::format("/rate:{}", arrivals->rate);
  return name;
}

namespace {

std::vector<PlannedRun> rounds(const HarnessOptions& options, int count, bool are_warmup) {
  std::vector<PlannedRun> plan;
  for (int repetition = 0; repetition < count; ++repetition)
    for (const Workload& workload : options.workloads)
      for (const Model* model : options.models)
        plan.push_back({model, workload, repetition, are_warmup});
  return plan;
}

}  // namespace

std::vector<PlannedRun> plan_warmup(const HarnessOptions& options) {
  return rounds(options, options.warmup, true);
}

std::vector<PlannedRun> plan_runs(const HarnessOptions& options) {
  auto plan = rounds(options, options.repetitions, false);
  if (options.repetitions > 1) std::ranges::shuffle(plan, std::mt19937{options.seed});
  return plan;
}

}  // namespace waitbench
