// Plain text in columns.
#include "bench/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "bench/built.hpp"

namespace waitbench {
namespace {

// Keeps "42" short and "0.84" exact.
std::string plain_seconds(Seconds seconds) {
  return fmt::format("{:.9g} s", seconds.count());
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

template <typename Figure>
double median_of(std::span<const Run* const> runs, Figure figure) {
  std::vector<double> values;
  for (const Run* run : runs) values.push_back(static_cast<double>(figure(*run)));
  return median(std::move(values));
}

double cpu_ms(const ProcessUse& use) {
  return (use.user_s + use.system_s) * 1e3;
}
double peak_mebibytes(const ProcessUse& use) {
  return static_cast<double>(use.peak_rss_bytes) / (1024 * 1024);
}

std::vector<const Run*> only_ok(std::span<const Run* const> runs) {
  std::vector<const Run*> ok_runs;
  std::ranges::copy_if(runs, std::back_inserter(ok_runs),
                       [](const Run* run) { return run->status == Status::ok; });
  return ok_runs;
}

bool same_experiment(const Run& a, const Run& b) {
  return a.model == b.model && a.workload == b.workload;
}

// The runs in groups of the same model and workload: fewest tasks first, models as in their table.
std::vector<std::vector<const Run*>> group(std::span<const Run> runs) {
  std::vector<std::vector<const Run*>> groups;
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
    return std::tuple{w.tasks, w.threads, members.front()->model};
  });
  return groups;
}

// What the group's verdicts have in common, or the first that deviates.
std::string common_verdict(std::span<const Run* const> ok_runs) {
  for (const Run* run : ok_runs)
    if (run->verdict != as_predicted) return run->verdict;
  return std::string{as_predicted};
}

std::string threads_range(std::span<const Run* const> ok_runs) {
  const auto threads_of = [](const Run* run) { return run->structure->threads; };
  const auto [least, most] = std::ranges::minmax(ok_runs, {}, threads_of);
  return least->structure->threads == most->structure->threads
             ? fmt::format("{}", threads_of(least))
             : fmt::format("{}-{}", threads_of(least), threads_of(most));
}

// Which figures of the workload tell the lines of a table apart.
struct Told {
  bool tasks = false;
  bool workers = false;

  explicit Told(std::span<const Run> runs) {
    const Workload& first = runs.front().workload;
    for (const Run& run : runs) {
      tasks |= run.workload.tasks != first.tasks;
      workers |= run.workload.threads != first.threads;
    }
  }
};

// What went wrong, each kind once.
std::string lines_of_reasons(std::span<const Run* const> runs) {
  std::map<std::string, int> reasons;
  for (const Run* run : runs)
    if (run->status != Status::ok)
      ++reasons[fmt::format("{}: {}", name_of(run->status), run->message)];
  std::string lines;
  for (const auto& [reason, count] : reasons)
    lines +=
        count == 1 ? fmt::format("  {}\n", reason) : fmt::format("  {} ({}x)\n", reason, count);
  return lines;
}

std::string line_of_group(std::span<const Run* const> runs, Told told) {
  const Run& first = *runs.front();
  const auto ok_runs = only_ok(runs);
  std::string line = fmt::format("{:<21}", first.model->name);
  if (told.tasks) line += fmt::format("{:>8}", first.workload.tasks);
  if (told.workers) line += fmt::format("{:>9}", first.workload.threads);
  line += fmt::format("{:>11}", plain_seconds(first.predicted()));
  if (!ok_runs.empty()) {
    const double measured =
        median_of(ok_runs, [](const Run& run) { return run.makespan->count(); });
    line += fmt::format("{:>13}{:>12}{:>9}  {}", fmt::format("{:.3f} s", measured),
                        fmt::format("{:.1f} ms", (measured - first.predicted().count()) * 1e3),
                        threads_range(ok_runs), common_verdict(ok_runs));
  } else {
    line += fmt::format("{:>13}{:>12}{:>9}", "-", "-", "-");
  }
  return line + '\n' + lines_of_reasons(runs);
}

// A connection that finds the queue full is lost, and tried again after a second.
std::string note_on_backlog(std::span<const Run> runs) {
  if (std::ranges::none_of(runs, [](const Run& run) { return run.fit.overflows_backlog; }))
    return "";
  return "note: more tasks connect at once than may wait to be accepted (net.core.somaxconn): one\n"
         "      that finds no room tries again after a second, which is in the overhead\n";
}

}  // namespace

std::string table_of_results(std::span<const Run> runs) {
  const auto groups = group(runs);
  const Told told{runs};
  std::string table = fmt::format("{:<21}{}{}{:>11}{:>13}{:>12}{:>9}  {}\n", "model",
                                  told.tasks ? "   tasks" : "", told.workers ? "  workers" : "",
                                  "predicted", "measured", "overhead", "threads", "structure");
  for (const auto& members : groups) table += line_of_group(members, told);
  return table + note_on_backlog(runs);
}

std::string table_of_costs(std::span<const Run> runs) {
  std::string table = fmt::format("{:<21}{:>8}{:>13}{:>12}{:>9}{:>22}{:>9}{:>13}{:>12}\n", "model",
                                  "tasks", "client CPU", "peak RSS", "threads",
                                  "switches (vol+inv)", "faults", "server CPU", "peak RSS");
  for (const auto& members : group(runs)) {
    const auto ok_runs = only_ok(members);
    if (ok_runs.empty()) continue;
    const auto client = [&](auto figure) {
      return median_of(ok_runs, [&](const Run& run) { return figure(*run.client); });
    };
    const auto server = [&](auto figure) {
      return median_of(ok_runs, [&](const Run& run) { return figure(*run.server); });
    };
    table += fmt::format(
        "{:<21}{:>8}{:>10.1f} ms{:>8.1f} MiB{:>9.0f}{:>11.0f} + {:<8.0f}{:>9.0f}{:>10.1f} "
        "ms{:>8.1f} MiB\n",
        members.front()->model->name, members.front()->workload.tasks, client(cpu_ms),
        client(peak_mebibytes), client([](const ProcessUse& use) { return use.peak_threads; }),
        client([](const ProcessUse& use) { return use.voluntary_switches; }),
        client([](const ProcessUse& use) { return use.involuntary_switches; }),
        client([](const ProcessUse& use) { return use.minor_faults + use.major_faults; }),
        server(cpu_ms), server(peak_mebibytes));
  }
  return table;
}

std::string table_of_models(const std::filesystem::path& bin_dir) {
  std::string table;
  for (const Model& model : models) {
    table += fmt::format("{:<21}{}\n", model.name, model.shows);
    if (!is_built(model, bin_dir)) table += fmt::format("{:<21}{}\n", "", why_not_built(model));
  }
  return table;
}

std::string table_of_predictions(std::span<const Model* const> chosen,
                                 std::span<const Workload> workloads) {
  std::string table =
      fmt::format("{:<21}{:>8}  {:<16}{:>11}\n", "model", "tasks", "formula", "predicted");
  for (const Workload& workload : workloads)
    for (const Model* model : chosen)
      table += fmt::format("{:<21}{:>8}  {:<16}{:>11}\n", model->name, workload.tasks,
                           model->formula, plain_seconds(model->predict(workload)));
  return table;
}

}  // namespace waitbench
