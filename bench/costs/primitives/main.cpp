// primitives: the rows of this directory, run by Google Benchmark, which alone would exit with 0
// whatever became of them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/costs/primitives/rows.hpp"
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
    fmt::print(stderr, "primitives: --benchmark_filter leaves nothing to run\n");
    return exit_usage;
  }
  if (rows.failed() == 0) return exit_ok;
  fmt::print(stderr, "primitives: {} rows failed\n", rows.failed());
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
    describe_build();
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return exit_usage;
    return run_rows();
  });
}
