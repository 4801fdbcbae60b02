// Makes the table of latencies: measured beside predicted, and how late the load generator was.
#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "bench/show/figures.hpp"
#include "bench/show/groups.hpp"
#include "bench/show/table.hpp"

namespace waitbench {
namespace {

std::optional<double> count_of(const std::optional<Seconds>& seconds) {
  return seconds ? std::optional{seconds->count()} : std::nullopt;
}

std::optional<Seconds> as_seconds(const std::optional<double>& count) {
  return count ? std::optional{Seconds{*count}} : std::nullopt;
}

// What the runs have in the middle, of those that have it at all.
template <typename Figure>
std::optional<double> known_median_of(Runs runs, Figure figure) {
  std::vector<double> values;
  for (const Run* run : runs)
    if (const std::optional<double> value = figure(*run->latencies)) values.push_back(*value);
  if (values.empty()) return std::nullopt;
  return median(std::move(values));
}

void add_latencies(Columns& table, Runs ok_runs, Told told) {
  const auto ms = [&](const Distribution Latencies::*of, size_t percentile) {
    return milliseconds(as_seconds(known_median_of(
        ok_runs, [&](const Latencies& known) { return count_of((known.*of).at.at(percentile)); })));
  };
  auto cells = cells_of_workload(*ok_runs.front(), told);
  cells.insert(cells.end(), {ms(&Latencies::measured, 0), ms(&Latencies::predicted, 0),
                             ms(&Latencies::measured, 1), ms(&Latencies::measured, 2),
                             ms(&Latencies::predicted, 2), ms(&Latencies::measured, 3)});
  table.add(std::move(cells));
}

void add_load(Columns& table, Runs ok_runs, Told told) {
  const Run& first = *ok_runs.front();
  const auto ms = [&](auto figure) {
    return milliseconds(as_seconds(known_median_of(ok_runs, figure)));
  };
  const auto lateness = [&](size_t percentile) {
    return ms([=](const Latencies& known) { return count_of(known.lateness.at.at(percentile)); });
  };
  const auto started =
      known_median_of(ok_runs, [](const Latencies& known) { return known.started_per_s; });
  auto cells = cells_of_workload(first, told);
  cells.insert(cells.end(),
               {saturation_of(*first.model, first.workload, *first.server_model),
                started ? plain_rate(*started) + "/s" : "-", lateness(0), lateness(2),
                ms([](const Latencies& known) { return known.lateness.max.count(); })});
  table.add(std::move(cells));
}

Columns table_of(Told told, std::initializer_list<const char*> heads) {
  auto columns = columns_of_workloads(told);
  for (const char* head : heads) columns.push_back({head});
  return Columns{std::move(columns)};
}

// A note for each run whose latencies are not the model's alone.
std::string complaint_about_generator(const Run& run) {
  if (!run.latencies || !run.latencies->is_generator_late) return "";
  const Latencies& known = *run.latencies;
  return fmt::format(
      "note: {} at {}/s: the load generator itself was late:\n"
      "      half of the time by {} ms or more; {} tasks per second were started\n",
      run.model->name, rate_of(run.workload), milliseconds(known.lateness.at.front()),
      plain_rate(known.started_per_s.value_or(0)));
}

}  // namespace

std::string table_of_latencies(std::span<const Run> runs) {
  const Told told{runs};
  Columns latencies = table_of(told, {"p50", "p50*", "p90", "p99", "p99*", "p99.9"});
  Columns load = table_of(told, {"saturation", "started", "late: p50", "p99", "max"});
  bool has_rows = false;
  for (const auto& members : groups_of(runs)) {
    const auto ok_runs = only_ok(members);
    if (ok_runs.empty() || !ok_runs.front()->latencies) continue;
    has_rows = true;
    add_latencies(latencies, ok_runs, told);
    add_load(load, ok_runs, told);
  }
  if (!has_rows) return "";
  std::string text =
      "\nlatency in ms, from when a task was due (*: predicted)\n" + latencies.text() +
      "\nload: tasks per second, and by how many ms they started late\n" + load.text();
  for (const Run& run : runs) text += complaint_about_generator(run);
  return text;
}

}  // namespace waitbench
