// Compares, sorts and filters runs.
#include "bench/show/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "bench/show/figures.hpp"

namespace waitbench {
namespace {

bool same_experiment(const Run& a, const Run& b) {
  return a.model == b.model && a.server_model == b.server_model && a.workload == b.workload;
}

}  // namespace

std::vector<Group> groups_of(std::span<const Run> runs) {
  std::vector<Group> groups;
  for (const Run& run : runs) {
    const auto known = std::ranges::find_if(
        groups, [&](const auto& members) { return same_experiment(*members.front(), run); });
    if (known == groups.end())
      groups.push_back({&run});
    else
      known->push_back(&run);
  }
  std::ranges::sort(groups, {}, [](const auto& members) {
    const Workload& w = members.front()->workload;
    return std::tuple{w.tasks, w.threads, rate_of(w), members.front()->server_model,
                      members.front()->model};
  });
  return groups;
}

Group only_ok(Runs runs) {
  Group ok_runs;
  std::ranges::copy_if(runs, std::back_inserter(ok_runs),
                       [](const Run* run) { return run->status == Status::ok; });
  return ok_runs;
}

Group undisturbed(Runs ok_runs) {
  Group runs;
  std::ranges::copy_if(ok_runs, std::back_inserter(runs),
                       [](const Run* run) { return !run->is_overflowed(); });
  return runs.empty() ? Group{ok_runs.begin(), ok_runs.end()} : runs;
}

double makespan_s(const Run& run) {
  return run.makespan->count();
}

double cpu_ms(const ProcessUse& use) {
  return (use.user_s + use.system_s) * 1e3;
}

Told::Told(std::span<const Run> runs) {
  const Workload& first = runs.front().workload;
  for (const Run& run : runs) {
    tasks |= run.workload.tasks != first.tasks;
    workers |= run.workload.threads != first.threads;
    rates |= run.workload.arrivals.has_value();
    servers |= run.server_model != &waitbench::servers.front();
  }
}

std::vector<Columns::Column> columns_of_workloads(Told told) {
  std::vector<Columns::Column> columns{{"model", true}};
  if (told.servers) columns.push_back({"server", true});
  if (told.tasks) columns.push_back({"tasks"});
  if (told.workers) columns.push_back({"workers"});
  if (told.rates) columns.push_back({"tasks/s"});
  return columns;
}

std::vector<std::string> cells_of_workload(const Run& run, Told told) {
  std::vector<std::string> cells{std::string{run.model->name}};
  if (told.servers) cells.emplace_back(run.server_model->name);
  if (told.tasks) cells.push_back(std::to_string(run.workload.tasks));
  if (told.workers) cells.push_back(std::to_string(run.workload.threads));
  if (told.rates) cells.push_back(fmt::format("{}", rate_of(run.workload)));
  return cells;
}

}  // namespace waitbench
