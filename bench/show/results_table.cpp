// Makes the table of results: what each model took, beside what was predicted.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "bench/show/figures.hpp"
#include "bench/show/groups.hpp"
#include "bench/show/table.hpp"

namespace waitbench {
namespace {

// What the group's verdicts have in common, or the first that deviates.
std::string common_verdict(Runs ok_runs) {
  for (const Run* run : ok_runs)
    if (run->verdict != as_predicted) return run->verdict;
  return std::string{as_predicted};
}

std::string threads_range(Runs ok_runs) {
  const auto threads_of = [](const Run* run) { return run->structure->threads; };
  const auto [least, most] = std::ranges::minmax(ok_runs, {}, threads_of);
  return least->structure->threads == most->structure->threads
             ? fmt::format("{}", threads_of(least))
             : fmt::format("{}-{}", threads_of(least), threads_of(most));
}

// What went wrong, each kind once.
std::vector<std::string> lines_of_reasons(Runs runs) {
  std::map<std::string, int> reasons;
  for (const Run* run : runs)
    if (run->status != Status::ok)
      ++reasons[fmt::format("{}: {}", name_of(run->status), run->message)];
  std::vector<std::string> lines;
  for (const auto& [reason, count] : reasons)
    lines.push_back(count == 1 ? "  " + reason : fmt::format("  {} ({}x)", reason, count));
  return lines;
}

// The runs that the line of the group leaves out, or, where all of them are such, what that means.
std::optional<std::string> line_of_overflows(Runs ok_runs) {
  Group overflowed;
  std::ranges::copy_if(ok_runs, std::back_inserter(overflowed), &Run::is_overflowed);
  if (overflowed.empty()) return std::nullopt;
  const auto count_of = [](const Run* run) { return run->kernel->listen_overflows; };
  const auto [least, most] = std::ranges::minmax(overflowed, {}, count_of);
  const std::string times = least == most
                                ? fmt::format("{}", count_of(most))
                                : fmt::format("{} to {}", count_of(least), count_of(most));
  return fmt::format("  {} of {} runs found the listen queue full, {} times: {:.3f} s",
                     overflowed.size(), ok_runs.size(), times, median_of(overflowed, makespan_s));
}

// The medians of the sequential model, by what else the lines are about.
class Sequential {
 public:
  explicit Sequential(std::span<const Group> groups) {
    for (const auto& members : groups)
      if (const auto ok_runs = only_ok(members);
          !ok_runs.empty() && ok_runs.front()->model->name == "sequential")
        medians_.emplace_back(ok_runs.front(), median_of(undisturbed(ok_runs), makespan_s));
  }

  bool is_there() const { return !medians_.empty(); }

  // "1.9\u00d7", or nothing where there is no other to compare with.
  std::string sooner(const Run& run, double measured) const {
    for (const auto& [sequential, median] : medians_)
      if (run.model != sequential->model && run.workload == sequential->workload &&
          run.server_model == sequential->server_model)
        return fmt::format("{:.1f}\u00d7", median / measured);
    return "";
  }

 private:
  std::vector<std::pair<const Run*, double>> medians_;
};

// "3.3 ms", and half of the distance between the least and the most where there are several.
std::string overhead_of(Runs runs) {
  const auto overhead_ms = [](const Run& run) {
    return (*run.makespan - run.predicted()).count() * 1e3;
  };
  std::vector<double> all;
  for (const Run* run : runs) all.push_back(overhead_ms(*run));
  const auto [least, most] = std::ranges::minmax(all);
  const std::string middle = fmt::format("{:.1f}", median(all));
  return all.size() == 1 ? middle + " ms"
                         : fmt::format("{} \u00b1{:.1f} ms", middle, (most - least) / 2);
}

void add_group(Columns& table, Runs runs, Told told, const Sequential& sequential) {
  const Run& first = *runs.front();
  const auto ok_runs = only_ok(runs);
  auto cells = cells_of_workload(first, told);
  cells.push_back(told.rates ? fmt::format("{:.3f} s", first.predicted().count())
                             : plain_seconds(first.predicted()));
  if (ok_runs.empty()) {
    cells.insert(cells.end(), {"-", "-", "-", "-"});
    if (sequential.is_there()) cells.emplace_back();
  } else {
    const auto told_by_time = undisturbed(ok_runs);
    const double measured = median_of(told_by_time, makespan_s);
    const double cpu = median_of(ok_runs, [](const Run& run) { return cpu_ms(*run.client); });
    cells.insert(cells.end(), {fmt::format("{:.3f} s", measured), overhead_of(told_by_time),
                               fmt::format("{:.1f} ms", cpu), threads_range(ok_runs)});
    if (sequential.is_there()) cells.push_back(sequential.sooner(first, measured));
  }
  table.add(std::move(cells));
  const std::string verdict = common_verdict(ok_runs);
  if (verdict != as_predicted) table.add_line("  structure: " + verdict);
  if (const auto line = line_of_overflows(ok_runs)) table.add_line(*line);
  for (const std::string& line : lines_of_reasons(runs)) table.add_line(line);
}

// How many runs stand behind a line, and whether the records showed what the models' rows expect.
std::string line_below(std::span<const Run> runs, std::span<const Group> groups) {
  const auto ok = std::ranges::count(runs, Status::ok, &Run::status);
  if (ok == 0) return "";
  const auto as_told = std::ranges::count_if(
      runs, [](const Run& run) { return run.status == Status::ok && run.verdict == as_predicted; });
  std::string line = as_told == ok
                         ? "structure as predicted"
                         : fmt::format("structure as predicted in {} of {} runs", as_told, ok);
  const auto [fewest, most] =
      std::ranges::minmax(groups, {}, [](const auto& members) { return members.size(); });
  if (most.size() > 1)
    line += fmt::format("; medians of {} runs, \u00b1 half of their range",
                        fewest.size() == most.size()
                            ? std::to_string(most.size())
                            : fmt::format("{} to {}", fewest.size(), most.size()));
  return line + '\n';
}

std::string note_on_overflows(std::span<const Run> runs) {
  if (std::ranges::none_of(
          runs, [](const Run& run) { return run.status == Status::ok && run.is_overflowed(); }))
    return "";
  return "note: a connection that finds the server's listen queue full (net.core.somaxconn) is "
         "tried\n"
         "      again after a second. That second is no cost of the model: such runs stand apart\n";
}

std::string note_on_strangers(std::span<const Run> runs) {
  int strangers = 0;
  for (const Run& run : runs) strangers += run.strangers;
  if (strangers == 0) return "";
  return fmt::format("note: {} connections to the servers were none of the tasks'\n", strangers);
}

}  // namespace

std::string table_of_results(std::span<const Run> runs) {
  const auto groups = groups_of(runs);
  const Told told{runs};
  const Sequential sequential{groups};
  auto columns = columns_of_workloads(told);
  for (const char* head : {"predicted", "measured", "overhead", "CPU", "threads"})
    columns.push_back({head});
  if (sequential.is_there()) columns.push_back({"sooner"});
  Columns table{std::move(columns)};
  for (const auto& members : groups) add_group(table, members, told, sequential);
  return table.text() + line_below(runs, groups) + note_on_overflows(runs) +
         note_on_strangers(runs);
}

}  // namespace waitbench
