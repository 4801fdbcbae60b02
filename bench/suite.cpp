// Google Benchmark decides what runs when; this runs it and keeps the results.
#include "bench/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "experiment/command_line.hpp"

namespace waitbench {
namespace {

// The table at the end tells it better.
class SilentReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<benchmark::BenchmarkReporter::Run>&) override {}
};

std::string name_of(const Model& model, const Workload& workload) {
  return fmt::format("{}/tasks:{}", model.name, workload.tasks);
}

int repetitions(const HarnessOptions& options) {
  int count = 1;
  if (const auto text = benchmark_flag(options.benchmark_flags, "repetitions"))
    std::from_chars(text->data(), text->data() + text->size(), count);
  return count;
}

int number_of_runs(const HarnessOptions& options) {
  return static_cast<int>(options.models.size() * options.workloads.size()) * repetitions(options);
}

}  // namespace

Suite::Suite(const HarnessOptions& options)
    : options_(options),
      directory_(ResultsDirectory::make(options.results)),
      scratch_(directory_.make_scratch()),
      results_file_(directory_.path / "results.json"),
      progress_(number_of_runs(options), options.live),
      scenario_{.bin_dir = options.bin_dir,
                .records_dir = scratch_,
                .timeout = options.timeout,
                .interrupted = [this] { return interruption_.requested(); },
                .at_each_look = [this](Seconds elapsed) { progress_.update(elapsed); }} {
  initialize_benchmark_library();
  register_benchmarks();
}

Suite::~Suite() {
  std::error_code ignored;  // an empty hidden directory more does no harm
  std::filesystem::remove_all(scratch_, ignored);
}

// Each run is measured once a repetition, whatever its length: a minimum time that any run exceeds
// sees to that, and keeps the names stable, which a fixed number of iterations would not.
void Suite::initialize_benchmark_library() {
  std::vector<std::string> arguments{
      "waitbench", "--benchmark_min_time=0.000001", "--benchmark_enable_random_interleaving=true",
      "--benchmark_out_format=json",
      fmt::format("--benchmark_out={}", (scratch_ / "benchmark.json").string())};
  arguments.insert(arguments.end(), options_.benchmark_flags.begin(),
                   options_.benchmark_flags.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
}

void Suite::register_benchmarks() {
  for (const Workload& workload : options_.workloads)
    for (const Model* model : options_.models)
      benchmark::RegisterBenchmark(
          name_of(*model, workload).c_str(),
          [this, model, workload](benchmark::State& state) { measure(state, *model, workload); })
          ->UseManualTime()
          ->Unit(benchmark::kSecond);
}

void Suite::measure(benchmark::State& state, const Model& model, const Workload& workload) {
  for ([[maybe_unused]] auto once : state) {
    if (!stopped_by_.empty()) return state.SkipWithError(stopped_by_.c_str());

    progress_.begin(model, workload);
    auto run = scenario_.run(model, workload, repetition_of(model, workload));
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

int Suite::repetition_of(const Model& model, const Workload& workload) const {
  return static_cast<int>(std::ranges::count_if(
      runs_, [&](const Run& run) { return run.model == &model && run.workload == workload; }));
}

int Suite::run() {
  SilentReporter silent;
  const bool own_format = benchmark_flag(options_.benchmark_flags, "format").has_value();
  const size_t ran =
      own_format ? benchmark::RunSpecifiedBenchmarks() : benchmark::RunSpecifiedBenchmarks(&silent);
  benchmark::Shutdown();
  if (ran == 0) {
    fmt::print(stderr, "waitbench: --benchmark_filter leaves nothing to run (names are like {})\n",
               name_of(*options_.models.front(), options_.workloads.front()));
    return exit_usage;
  }
  keep_benchmark_json();
  return exit_code();
}

// The library does not tell whether it could write its file: what is not whole is not kept.
void Suite::keep_benchmark_json() const {
  const auto written = scratch_ / "benchmark.json";
  if (benchmark_flag(options_.benchmark_flags, "out")) return;  // it lies where the user wants it
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
