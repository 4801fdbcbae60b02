// Google Benchmark decides what runs when; this runs it and keeps the results.
#include "bench/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <list>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "experiment/command_line.hpp"

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
  for (std::string& flag : kept.back()) pointers.push_back(flag.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

// In the order of the plan; the runs of one model and workload go by the same name.
void register_benchmarks(const std::vector<PlannedRun>& plan,
                         const std::function<void(benchmark::State&, const PlannedRun&)>& measure) {
  for (const PlannedRun& planned : plan)
    benchmark::RegisterBenchmark(
        name_of(planned).c_str(),
        [measure, planned](benchmark::State& state) { measure(state, planned); })
        ->UseManualTime()
        ->Unit(benchmark::kSecond);
}

}  // namespace

bool benchmark_library_takes(const std::vector<std::string>& flags) {
  return initialize_benchmark_library({}, flags);
}

void list_benchmarks(const std::vector<PlannedRun>& plan) {
  register_benchmarks(plan, [](benchmark::State&, const PlannedRun&) {});
  benchmark::RunSpecifiedBenchmarks();
}

Suite::Suite(const HarnessOptions& options)
    : options_(options),
      plan_(plan_runs(options)),
      directory_(ResultsDirectory::make(options.results)),
      scratch_(directory_.make_scratch()),
      results_file_(directory_.path / "results.json", options.seed),
      progress_(has_benchmark_flag(options, "filter") ? 0 : static_cast<int>(plan_.size()),
                options.live),
      scenario_{.bin_dir = options.bin_dir,
                .records_dir = scratch_,
                .timeout = options.timeout,
                .interrupted = [this] { return interruption_.requested(); },
                .at_each_look = [this](Seconds elapsed) { progress_.update(elapsed); }} {
  initialize_benchmark_library(
      {"--benchmark_out_format=json",
       fmt::format("--benchmark_out={}", (scratch_ / "benchmark.json").string())},
      options.benchmark_flags);
  register_benchmarks(plan_, [this](benchmark::State& state, const PlannedRun& planned) {
    measure(state, planned);
  });
}

Suite::~Suite() {
  std::error_code ignored;  // an empty hidden directory more does no harm
  std::filesystem::remove_all(scratch_, ignored);
}

void Suite::measure(benchmark::State& state, const PlannedRun& planned) {
  const auto& [model, workload, repetition] = planned;
  for ([[maybe_unused]] auto once : state) {
    if (!stopped_by_.empty()) return state.SkipWithError(stopped_by_.c_str());

    progress_.begin(*model, workload);
    auto run = scenario_.run(*model, workload, repetition);
    if (!run) {
      progress_.interrupted();
      stopped_by_ = "interrupted";
      return state.SkipWithError(stopped_by_.c_str());
    }
    progress_.end(*run);
    if (run->status == Status::ok) {
      state.SetIterationTime(run->makespan->count());
      state.counters["predicted_s"] = run->predicted().count();
      state.counters["overhead_s"] = (*run->makespan - run->predicted()).count();
      state.counters["threads"] = run->structure->threads;
      state.counters["max_in_flight"] = run->structure->max_in_flight;
      state.counters["max_computing"] = run->structure->max_computing;
    } else {
      state.SkipWithError(run->message.c_str());
    }
    keep(std::move(*run));
  }
}

// Keeps the run in its file, and all but its events in memory.
void Suite::keep(Run run) {
  try {
    results_file_.add(run);
  } catch (const std::exception& error) {
    stopped_by_ = error.what();
  }
  run.events.clear();
  run.server_events.clear();
  runs_.push_back(std::move(run));
}

int Suite::run() {
  SilentReporter silent;
  const bool own_format = has_benchmark_flag(options_, "format");
  const size_t ran =
      own_format ? benchmark::RunSpecifiedBenchmarks() : benchmark::RunSpecifiedBenchmarks(&silent);
  benchmark::Shutdown();
  if (ran == 0) {
    fmt::print(stderr, "waitbench: --benchmark_filter leaves nothing to run (names are like {})\n",
               name_of(plan_.front()));
    return exit_usage;
  }
  keep_benchmark_json();
  return exit_code();
}

// The library does not tell whether it could write its file: what is not whole is not kept.
void Suite::keep_benchmark_json() const {
  const auto written = scratch_ / "benchmark.json";
  if (has_benchmark_flag(options_, "out")) return;  // it lies where the user wants it
  std::ifstream in{written};
  if (!nlohmann::json::accept(in))
    throw std::runtime_error("can't write " + (directory_.path / "benchmark.json").string() +
                             ": it came out torn");
  std::filesystem::rename(written, directory_.path / "benchmark.json");
}

int Suite::exit_code() const {
  const auto not_ok =
      std::ranges::count_if(runs_, [](const Run& run) { return run.status != Status::ok; });
  const auto deviating = std::ranges::count_if(runs_, [](const Run& run) {
    return run.status == Status::ok && run.verdict != as_predicted;
  });
  if (!stopped_by_.empty())
    fmt::print(stderr, "waitbench: {}; what had finished is in {}\n", stopped_by_,
               directory_.path.string());
  if (not_ok > 0) fmt::print(stderr, "waitbench: {} of {} runs failed\n", not_ok, runs_.size());
  if (deviating > 0)
    fmt::print(stderr, "waitbench: {} of {} runs were not structured as predicted\n", deviating,
               runs_.size());
  return stopped_by_.empty() && not_ok == 0 && deviating == 0 ? exit_ok : exit_failed;
}

}  // namespace waitbench
