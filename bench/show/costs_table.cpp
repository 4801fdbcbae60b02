// Makes the table of what client and server used.
#include <fmt/format.h>

#include "bench/show/groups.hpp"
#include "bench/show/table.hpp"

namespace waitbench {
namespace {

double peak_mebibytes(const ProcessUse& use) {
  return static_cast<double>(use.peak_rss_bytes) / (1024 * 1024);
}

}  // namespace

std::string table_of_costs(std::span<const Run> runs) {
  const Told told{runs};
  auto columns = columns_of_workloads(told);
  for (const char* head : {"client CPU", "peak RSS", "threads", "switches (vol+inv)", "faults",
                           "server CPU", "peak RSS"})
    columns.push_back({head});
  Columns table{std::move(columns)};
  for (const auto& members : groups_of(runs)) {
    const auto ok_runs = only_ok(members);
    if (ok_runs.empty()) continue;
    const auto client = [&](auto figure) {
      return median_of(ok_runs, [&](const Run& run) { return figure(*run.client); });
    };
    const auto server = [&](auto figure) {
      return median_of(ok_runs, [&](const Run& run) { return figure(*run.server); });
    };
    auto cells = cells_of_workload(*members.front(), told);
    cells.push_back(fmt::format("{:.1f} ms", client(cpu_ms)));
    cells.push_back(fmt::format("{:.1f} MiB", client(peak_mebibytes)));
    cells.push_back(
        fmt::format("{:.0f}", client([](const ProcessUse& use) { return use.peak_threads; })));
    cells.push_back(fmt::format(
        "{:.0f} + {:.0f}", client([](const ProcessUse& use) { return use.voluntary_switches; }),
        client([](const ProcessUse& use) { return use.involuntary_switches; })));
    cells.push_back(fmt::format("{:.0f}", client([](const ProcessUse& use) {
                                  return use.minor_faults + use.major_faults;
                                })));
    cells.push_back(fmt::format("{:.1f} ms", server(cpu_ms)));
    cells.push_back(fmt::format("{:.1f} MiB", server(peak_mebibytes)));
    table.add(std::move(cells));
  }
  return table.text();
}

}  // namespace waitbench
