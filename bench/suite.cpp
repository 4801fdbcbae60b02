// Hands the runs to Google Benchmark, which decides what runs when, and keeps the results.
#include "bench/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <list>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "bench/run/environment.hpp"
#include "support/program.hpp"
#include "support/versions.hpp"

namespace waitbench {
namespace {

// The table at the end tells it better.
class SilentReporter : public benchmark::BenchmarkReporter {
 public:
  SilentReporter() { SetErrorStream(&nowhere_); }
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<benchmark::BenchmarkReporter::Run>&) override {}

 private:
  std::ostringstream nowhere_;
};

// What benchmark.json tells of a run beside its time.
std::vector<std::pair<std::string, double>> counters_of(const Run& run) {
  std::vector<std::pair<std::string, double>> counters{
      {"predicted_s", run.predicted().count()},
      {"overhead_s", (*run.makespan - run.predicted()).count()},
      {"threads_used", run.structure->threads},
      {"max_in_flight", run.structure->max_in_flight},
      {"max_computing", run.structure->max_computing},
      {"server_max_waiting", run.server_structure->max_waiting}};
  if (run.kernel)
    counters.emplace_back("listen_overflows", static_cast<double>(run.kernel->listen_overflows));
  const auto add_use = [&](const std::string& process, const ProcessUse& use) {
    for (const auto& [name, value] : figures_of(use)) counters.emplace_back(process + name, value);
  };
  if (run.latencies) {
    const auto& measured = run.latencies->measured.at;
    for (size_t i = 0; i < measured.size(); ++i)
      if (measured.at(i))
        counters.emplace_back(fmt::format("{}_ms", percentiles.at(i).name),
                              measured.at(i)->count() * 1e3);
  }
  add_use("client_", *run.client);
  add_use("server_", *run.server);
  return counters;
}

// Each run is measured once, whatever its length: a minimum time that any run exceeds sees to that,
// and keeps the names stable, which a fixed number of iterations would not.
constexpr auto once_each = "--benchmark_min_time=0.000001";

// Hands over the flags, ours first, so that the user's win. Returns whether the library knows them
// all; if it does not, it has said so.
bool initialize_benchmark_library(std::vector<std::string> flags,
                                  const std::vector<std::string>& users_flags) {
  flags.insert(flags.begin(), {"waitbench", once_each});
  flags.insert(flags.end(), users_flags.begin(), users_flags.end());
  static std::list<std::vector<std::string>> kept;  // the library keeps pointers into its arguments
  kept.push_back(std::move(flags));
  std::vector<char*> pointers;
  for (std::string& flag : kept.back()) {
    flag = flag_as_taken<benchmark::BenchmarkReporter::Run>(flag);
    pointers.push_back(flag.data());
  }
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

bool is_deviating(const Run& run) {
  return run.status == Status::ok && run.verdict != as_predicted;
}

// In the order of the plan; the runs of one model and workload go by the same name.
void register_benchmarks(const std::vector<PlannedRun>& plan,
                         const std::function<void(benchmark::State&, const PlannedRun&)>& measure) {
  for (const PlannedRun& planned : plan)
    benchmark::RegisterBenchmark(
        name_of(planned).c_str(),
        [measure, planned, has_run = false](benchmark::State& state) mutable {
          // The library repeats what took no time that it can measure.
          if (std::exchange(has_run, true)) return state.SkipWithError("has run already");
          measure(state, planned);
        })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

// The path, if nobody has interrupted this process so far.
const std::filesystem::path& unless_interrupted(Interruption& interruption,
                                                const std::filesystem::path& path) {
  if (interruption.requested()) throw std::runtime_error("interrupted; nothing had been run");
  return path;
}

}  // namespace

bool benchmark_library_takes(const std::vector<std::string>& flags) {
  return initialize_benchmark_library({}, flags);
}

void list_benchmarks(const std::vector<PlannedRun>& plan) {
  register_benchmarks(plan, [](benchmark::State&, const PlannedRun&) {});
  benchmark::RunSpecifiedBenchmarks();
}

Suite::Suite(const HarnessOptions& options, Interruption& interruption)
    : options_(options),
      interruption_(interruption),
      plan_(plan_runs({options.models, options.servers, options.workloads}, options.repetitions,
                      options.seed)),
      warmup_plan_(
          plan_warmup({options.models, options.servers, options.workloads}, options.warmup)),
      environment_(describe_environment()),
      directory_(unless_interrupted(interruption, options.results)),
      results_file_(directory_, options.seed, describe_suite(), environment_, options.own),
      trace_file_(describe_suite()),
      progress_({.warmup = warmup_plan_,
                 .plan = plan_,
                 .is_plan_whole = !has_benchmark_flag(options, "filter"),
                 .live = options.live,
                 .quiet = options.quiet,
                 .models = options.models,
                 .servers = options.servers}),
      scenario_{
          .bin_dir = options.bin_dir,
          .records_dir = directory_.scratch(),
          .timeout = options.timeout,
          .longest_run = options.longest_run,
          .interrupted = [this] { return interruption_.requested(); },
          .at_each_look = [this](Clock::time_point start,
                                 const SharedBoard* board) { progress_.update(start, board); }} {
  initialize_benchmark_library(
      {"--benchmark_out_format=json",
       fmt::format("--benchmark_out={}", (directory_.scratch() / "benchmark.json").string())},
      options.benchmark_flags);
  register_benchmarks(plan_, [this](benchmark::State& state, const PlannedRun& planned) {
    measure(state, planned);
  });
}

void Suite::warm_up() {
  for (const PlannedRun& planned : warmup_plan_) {
    if (!stopped_by_.empty()) return;
    const auto run = make_run(planned);
    if (run && run->has_failed()) warmup_failed_ = true;
  }
}

void Suite::measure(benchmark::State& state, const PlannedRun& planned) {
  for ([[maybe_unused]] auto once : state) {
    const auto run = stopped_by_.empty() ? make_run(planned) : std::nullopt;
    if (!run) return state.SkipWithError(stopped_by_.c_str());
    if (run->status != Status::ok) return state.SkipWithError(run->message.c_str());
    state.SetIterationTime(run->makespan->count());
    for (const auto& [name, value] : counters_of(*run)) state.counters[name] = value;
  }
}

// Runs it, and keeps the run in its file. Nothing, and a reason in stopped_by_, if it was
// interrupted.
std::optional<Run> Suite::make_run(const PlannedRun& planned) {
  progress_.begin(planned);
  auto run = scenario_.run(*planned.model, planned.workload, planned.repetition, *planned.server);
  if (!run) {
    progress_.interrupted();
    stopped_by_ = "interrupted";
    return run;
  }
  run->is_warmup = planned.is_warmup;
  progress_.end(*run);
  run->has_events = run->workload.tasks <= options_.events_up_to;
  try {
    results_file_.add(*run);
  } catch (const std::exception& error) {
    stopped_by_ = error.what();
  }
  if (!run->is_warmup && run->has_events) trace_file_.add(*run);
  run->forget_events();  // the files have them
  if (!run->is_warmup) runs_.push_back(*run);
  return run;
}

int Suite::run() {
  warm_up();
  SilentReporter silent;
  const bool own_format = has_benchmark_flag(options_, "format");
  const size_t ran =
      own_format ? benchmark::RunSpecifiedBenchmarks() : benchmark::RunSpecifiedBenchmarks(&silent);
  benchmark::Shutdown();
  if (ran == 0) {
    tell_error("waitbench",
               fmt::format("--benchmark_filter leaves nothing to run (names are like {})",
                           name_of(plan_.front())));
    return exit_usage;
  }
  if (!runs_.empty()) {
    keep_benchmark_json();
    write_trace();
  }
  progress_.compare(runs_);
  tell_what_is_wrong();
  return exit_code();
}

// The library does not tell whether it could write its file: what is not whole is not kept.
void Suite::keep_benchmark_json() {
  if (has_benchmark_flag(options_, "out")) return;  // it lies where the user wants it
  const auto written = directory_.scratch() / "benchmark.json";
  std::ifstream in{written};
  if (nlohmann::json::accept(in))
    std::filesystem::rename(written, directory_.path() / "benchmark.json");
  else if (stopped_by_.empty())
    stopped_by_ = "can't write " + (directory_.path() / "benchmark.json").string() + " whole";
}

void Suite::write_trace() {
  try {
    trace_file_.write(directory_.path() / "trace.json");
  } catch (const std::exception& error) {
    if (stopped_by_.empty()) stopped_by_ = error.what();
  }
}

void Suite::tell_what_is_wrong() {
  const auto not_ok = std::ranges::count_if(runs_, &Run::has_failed);
  const auto deviating = std::ranges::count_if(runs_, is_deviating);
  if (!stopped_by_.empty())
    tell_error("waitbench",
               fmt::format("{}; {}", stopped_by_,
                           directory_.is_made() && !runs_.empty()
                               ? "what had finished is in " + directory_.path().string()
                               : "nothing had finished"));
  if (not_ok > 0)
    tell_error("waitbench", fmt::format("{} of {} runs failed", not_ok, runs_.size()));
  if (deviating > 0)
    tell_error("waitbench", fmt::format("{} of {} runs were not structured as predicted", deviating,
                                        runs_.size()));
  if (warmup_failed_) tell_error("waitbench", "a warm-up run failed");
}

int Suite::exit_code() const {
  if (!stopped_by_.empty() || warmup_failed_) return exit_failed;
  if (std::ranges::all_of(runs_, [](const Run& run) { return run.status == Status::refused; }))
    return exit_refused;
  return std::ranges::any_of(runs_, &Run::has_failed) || std::ranges::any_of(runs_, is_deviating)
             ? exit_failed
             : exit_ok;
}

}  // namespace waitbench
