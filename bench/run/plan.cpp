// Lists the runs of each repetition and shuffles them.
#include "bench/run/plan.hpp"

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

std::vector<PlannedRun> rounds(std::span<const Model* const> chosen,
                               std::span<const Workload> workloads, int count, bool are_warmup) {
  std::vector<PlannedRun> plan;
  for (int repetition = 0; repetition < count; ++repetition)
    for (const Workload& workload : workloads)
      for (const Model* model : chosen) plan.push_back({model, workload, repetition, are_warmup});
  return plan;
}

}  // namespace

std::vector<PlannedRun> plan_warmup(std::span<const Model* const> chosen,
                                    std::span<const Workload> workloads, int rounds_of_runs) {
  return rounds(chosen, workloads, rounds_of_runs, true);
}

std::vector<PlannedRun> plan_runs(std::span<const Model* const> chosen,
                                  std::span<const Workload> workloads, int repetitions,
                                  std::uint32_t seed) {
  auto plan = rounds(chosen, workloads, repetitions, false);
  if (repetitions > 1) std::ranges::shuffle(plan, std::mt19937{seed});
  return plan;
}

}  // namespace waitbench
