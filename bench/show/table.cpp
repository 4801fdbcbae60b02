// Formats tables as plain text in columns.
#include "bench/show/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "bench/models/built.hpp"
#include "support/median.hpp"

namespace waitbench {
namespace {

// Keeps "42" short and "0.84" exact.
std::string plain_seconds(Seconds seconds) {
  return fmt::format("{:.9g} s", seconds.count());
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

// 0 where all tasks are there from the beginning.
double rate_of(const Workload& workload) {
  return workload.arrivals ? workload.arrivals->rate : 0;
}

bool same_experiment(const Run& a, const Run& b) {
  return a.model == b.model && a.server_model == b.server_model && a.workload == b.workload;
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
    return std::tuple{w.tasks, w.threads, rate_of(w), members.front()->server_model,
                      members.front()->model};
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
  bool rates = false;
  bool servers = false;

  explicit Told(std::span<const Run> runs) {
    const Workload& first = runs.front().workload;
    for (const Run& run : runs) {
      tasks |= run.workload.tasks != first.tasks;
      workers |= run.workload.threads != first.threads;
      rates |= run.workload.arrivals.has_value();
      servers |= run.server_model != &waitbench::servers.front();
    }
  }
};

// The model, and, where it tells lines apart, the server.
std::string names_of(const Run& run, Told told) {
  return fmt::format("{:<21}", run.model->name) +
         (told.servers ? fmt::format("{:<12}", run.server_model->name) : "");
}

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
  std::string line = names_of(first, told);
  if (told.tasks) line += fmt::format("{:>8}", first.workload.tasks);
  if (told.workers) line += fmt::format("{:>9}", first.workload.threads);
  if (told.rates) line += fmt::format("{:>10}", rate_of(first.workload));
  line += fmt::format("{:>11}", told.rates ? fmt::format("{:.3f} s", first.predicted().count())
                                           : plain_seconds(first.predicted()));
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

// "270.4", "0.06", or "-" where there is none.
std::string milliseconds(std::optional<double> seconds) {
  if (!seconds) return "-";
  const double ms = *seconds * 1e3;
  return fmt::format("{:.{}f}", ms, ms < 9.95 ? 2 : 1);
}

// "2.96", "148", "1000000": as many digits as such a figure is worth.
std::string plain_rate(double rate) {
  return rate < 100 ? fmt::format("{:.3g}", rate) : fmt::format("{:.0f}", rate);
}

// "50/s", or "none".
std::string saturation_of(const Model& model, const Workload& workload) {
  const auto rate = saturation_rate(model, workload);
  return rate ? plain_rate(*rate) + "/s" : "none";
}

std::optional<double> count_of(const std::optional<Seconds>& seconds) {
  return seconds ? std::optional{seconds->count()} : std::nullopt;
}

// What the runs have in the middle, of those that have it at all.
template <typename Figure>
std::optional<double> known_median_of(std::span<const Run* const> runs, Figure figure) {
  std::vector<double> values;
  for (const Run* run : runs)
    if (const std::optional<double> value = figure(*run->latencies)) values.push_back(*value);
  if (values.empty()) return std::nullopt;
  return median(std::move(values));
}

std::string latencies_of_group(std::span<const Run* const> ok_runs) {
  const Run& first = *ok_runs.front();
  const auto ms = [&](const Distribution Latencies::*of, size_t percentile) {
    return milliseconds(known_median_of(
        ok_runs, [&](const Latencies& known) { return count_of((known.*of).at.at(percentile)); }));
  };
  const auto max_lateness =
      known_median_of(ok_runs, [](const Latencies& known) { return known.lateness.max.count(); });
  const auto started =
      known_median_of(ok_runs, [](const Latencies& known) { return known.started_per_s; });
  return fmt::format(
      "{:<21}{:>8}{:>11}{:>10}{:>9}{:>9}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>11}\n", first.model->name,
      rate_of(first.workload), saturation_of(*first.model, first.workload),
      ms(&Latencies::measured, 0), ms(&Latencies::measured, 1), ms(&Latencies::measured, 2),
      ms(&Latencies::measured, 3), ms(&Latencies::predicted, 0), ms(&Latencies::predicted, 2),
      ms(&Latencies::lateness, 0), ms(&Latencies::lateness, 2), milliseconds(max_lateness),
      started ? plain_rate(*started) + "/s" : "-");
}

// One line for each run whose latencies are not the model's alone.
std::string complaint_about_generator(const Run& run) {
  if (!run.latencies || !run.latencies->is_generator_late) return "";
  const Latencies& known = *run.latencies;
  return fmt::format(
      "{} at {}/s: the load generator itself was late, half of the time by {} ms or more:"
      " {} tasks per second were started\n",
      run.model->name, rate_of(run.workload), milliseconds(count_of(known.lateness.at.front())),
      plain_rate(known.started_per_s.value_or(0)));
}

// What is predicted of tasks that arrive over time.
std::string table_of_queues(std::span<const Model* const> chosen,
                            std::span<const Workload> workloads) {
  std::string table = fmt::format("{:<21}{:>8}{:>8}{:>11}{:>12}{:>12}{:>13}\n", "model", "tasks",
                                  "tasks/s", "saturation", "p50", "p99", "predicted");
  for (const Workload& workload : workloads)
    for (const Model* model : chosen) {
      const auto latency = predicted_distribution(*model, workload);
      const auto ms = [](const std::optional<Seconds>& time) {
        return time ? milliseconds(count_of(time)) + " ms" : "-";
      };
      table += fmt::format("{:<21}{:>8}{:>8}{:>11}{:>12}{:>12}{:>13}\n", model->name,
                           workload.tasks, rate_of(workload), saturation_of(*model, workload),
                           ms(latency.at[0]), ms(latency.at[2]),
                           fmt::format("{:.3f} s", predicted_makespan(*model, workload).count()));
    }
  return table;
}

}  // namespace

std::string table_of_results(std::span<const Run> runs) {
  const auto groups = group(runs);
  const Told told{runs};
  std::string table = fmt::format("{:<21}{}{}{}{}{:>11}{:>13}{:>12}{:>9}  {}\n", "model",
                                  told.servers ? "server      " : "", told.tasks ? "   tasks" : "",
                                  told.workers ? "  workers" : "", told.rates ? "   tasks/s" : "",
                                  "predicted", "measured", "overhead", "threads", "structure");
  for (const auto& members : groups) table += line_of_group(members, told);
  return table + note_on_backlog(runs);
}

std::string table_of_latencies(std::span<const Run> runs) {
  std::string rows;
  for (const auto& members : group(runs)) {
    const auto ok_runs = only_ok(members);
    if (!ok_runs.empty() && ok_runs.front()->latencies) rows += latencies_of_group(ok_runs);
  }
  if (rows.empty()) return rows;
  std::string table = fmt::format(
      "\nlatency in ms, from when a task was due{:>40}{:>19}{:>27}\n"
      "{:<21}{:>8}{:>11}{:>10}{:>9}{:>9}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>11}\n",
      "measured", "predicted", "generator late", "model", "tasks/s", "saturation", "p50", "p90",
      "p99", "p99.9", "p50", "p99", "p50", "p99", "max", "started");
  for (const Run& run : runs) rows += complaint_about_generator(run);
  return table + rows;
}

std::string table_of_costs(std::span<const Run> runs) {
  const Told told{runs};
  std::string table =
      fmt::format("{:<21}{}{:>8}{:>13}{:>12}{:>9}{:>22}{:>9}{:>13}{:>12}\n", "model",
                  told.servers ? "server      " : "", "tasks", "client CPU", "peak RSS", "threads",
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
        "{}{:>8}{:>10.1f} ms{:>8.1f} MiB{:>9.0f}{:>11.0f} + {:<8.0f}{:>9.0f}{:>10.1f} "
        "ms{:>8.1f} MiB\n",
        names_of(*members.front(), told), members.front()->workload.tasks, client(cpu_ms),
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
  table += "\nservers:\n";
  for (const Server& server : servers)
    table += fmt::format("{:<21}{}\n", server.name, server.shows);
  return table;
}

std::string table_of_predictions(std::span<const Model* const> chosen,
                                 std::span<const Workload> workloads) {
  if (workloads.front().arrivals) return table_of_queues(chosen, workloads);
  struct Row {
    const Model& model;
    const Workload& workload;
    std::string formula;
  };
  std::vector<Row> rows;
  size_t width = 18;
  for (const Workload& workload : workloads)
    for (const Model* model : chosen) {
      rows.push_back({*model, workload, formula_of(model->facts, share_of(0, workload))});
      width = std::max(width, rows.back().formula.size() + 2);
    }
  std::string table =
      fmt::format("{:<21}{:>8}  {:<{}}{:>11}\n", "model", "tasks", "formula", width, "predicted");
  for (const auto& [model, workload, formula] : rows)
    table += fmt::format("{:<21}{:>8}  {:<{}}{:>11}\n", model.name, workload.tasks, formula, width,
                         plain_seconds(predicted_makespan(model, workload)));
  return table;
}

}  // namespace waitbench
