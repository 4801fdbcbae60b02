// The runs of one call of the harness, as Google Benchmark sees them, and what becomes of each.
#pragma once

#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/run/plan.hpp"
#include "bench/run/scenario.hpp"
#include "bench/show/live/progress.hpp"
#include "bench/write/results.hpp"
#include "bench/write/trace.hpp"
#include "support/interruption.hpp"

namespace waitbench {

// Whether Google Benchmark knows all of `flags`; if it does not, it has said so on standard error.
bool benchmark_library_takes(const std::vector<std::string>& flags);

// For --benchmark_list_tests: prints the names of what would run.
void list_benchmarks(const std::vector<PlannedRun>& plan);

class Suite {
 public:
  // Both must outlive it. Throws if the results directory can't be made or written, or if somebody
  // has interrupted it before.
  Suite(const HarnessOptions& options, Interruption& interruption);
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;

  // Makes the warm-up runs, then, through Google Benchmark, the planned ones that
  // --benchmark_filter leaves, and writes the results after every run. Returns the exit code,
  // having said on standard error why it is not 0.
  int run();

  const std::vector<Run>& runs() const { return runs_; }  // without warm-up and events
  std::filesystem::path results_directory() { return directory_.path(); }

 private:
  void warm_up();
  void measure(benchmark::State& state, const PlannedRun& planned);
  std::optional<Run> make_run(const PlannedRun& planned);
  void keep_benchmark_json();
  void write_trace();
  void tell_what_is_wrong();
  int exit_code() const;

  const HarnessOptions& options_;
  Interruption& interruption_;
  std::vector<PlannedRun> plan_;
  std::vector<PlannedRun> warmup_plan_;
  nlohmann::ordered_json environment_;  // described first: that takes a fifth of a second
  ResultsDirectory directory_;
  ResultsFile results_file_;
  TraceFile trace_file_;
  Progress progress_;
  Scenario scenario_;
  std::vector<Run> runs_;
  bool warmup_failed_ = false;
  std::string stopped_by_;  // what went wrong with the suite itself; no further run is begun
};

}  // namespace waitbench
