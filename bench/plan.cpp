// Repetitions, shuffled.
#include "bench/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace waitbench {

std::string name_of(const PlannedRun& planned) {
  return fmt::format("{}/tasks:{}", planned.model->name, planned.workload.tasks);
}

std::vector<PlannedRun> plan_runs(const HarnessOptions& options) {
  std::vector<PlannedRun> plan;
  for (int repetition = 0; repetition < options.repetitions; ++repetition)
    for (const Workload& workload : options.workloads)
      for (const Model* model : options.models) plan.push_back({model, workload, repetition});
  if (options.repetitions > 1) std::ranges::shuffle(plan, std::mt19937{options.seed});
  return plan;
}

}  // namespace waitbench
