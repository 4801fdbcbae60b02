// primitives: the rows of this directory, run by Google Benchmark, which alone would exit with 0
// whatever became of them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/costs/primitives/rows.hpp"
#include "bench/run/benchmark_filter.hpp"
#include "bench/run/environment.hpp"
#include "support/program.hpp"
#include "support/versions.hpp"

namespace waitbench {
namespace {

// Shows the rows as asked for on the command line, and counts those that failed.
class FailureCounter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override { return shown_->ReportContext(context); }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (was_skipped(run) && !why_skipped(run).starts_with(not_measured_here)) ++failed_;
    shown_->ReportRuns(runs);
  }

  void Finalize() override { shown_->Finalize(); }

  int failed() const { return failed_; }

 private:
  std::unique_ptr<benchmark::BenchmarkReporter> shown_{benchmark::CreateDefaultDisplayReporter()};
  int failed_ = 0;
};

constexpr std::string_view help =
    R"(Measures what the models are made of: threads, coroutines, switches, timers, round trips.
Usage: primitives [OPTIONS]

Google Benchmark reads the command line; these flags are used most:
  --benchmark_filter=REGEX            Measure only the rows that it matches
  --benchmark_repetitions=N           Measure each row so often
  --benchmark_min_time=SECONDS        Go on with a row for so long (default: 0.1)
  --benchmark_out=FILE                Write the rows as JSON
  --benchmark_list_tests              List the rows, and end

Example:
  primitives --benchmark_filter=round_trip --benchmark_repetitions=5
)";

std::string text_of(const nlohmann::ordered_json& fact) {
  return fact.is_string() ? fact.get<std::string>() : "unknown";
}

// The library's own build type is that of the distribution's package.
void describe_build() {
  const auto suite = describe_suite();
  const auto environment = describe_environment();
  benchmark::AddCustomContext("waitbench_commit", text_of(suite["commit"]));
  benchmark::AddCustomContext("waitbench_build_type", text_of(environment["build_type"]));
}

int run_rows() {
  FailureCounter rows;
  const size_t ran = benchmark::RunSpecifiedBenchmarks(&rows);
  benchmark::Shutdown();
  if (ran == 0) {
    tell_error("primitives", "--benchmark_filter leaves nothing to run");
    return exit_usage;
  }
  if (rows.failed() == 0) return exit_ok;
  tell_error("primitives", fmt::format("{} rows failed", rows.failed()));
  return exit_failed;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  std::vector<std::string> arguments{argv, argv + argc};
  arguments.insert(arguments.begin() + 1,  // before the user's, which win
                   {"--benchmark_min_time=0.1", "--benchmark_min_warmup_time=0.02"});
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    argument = flag_as_taken<benchmark::BenchmarkReporter::Run>(argument);
    pointers.push_back(argument.data());
  }
  int count = static_cast<int>(pointers.size());
  return run_program("primitives", [&] {
    if (std::ranges::find(arguments, "--help") != arguments.end()) {
      print(help);
      return exit_ok;
    }
    try {
      for (const std::string& argument : arguments) check_filter(argument);
    } catch (const std::invalid_argument& error) {
      tell_error("primitives", fmt::format("--benchmark_filter: {}", error.what()));
      return exit_usage;
    }
    describe_build();
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return exit_usage;
    return run_rows();
  });
}
