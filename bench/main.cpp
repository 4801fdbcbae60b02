// waitbench: reads options, runs the models, writes files and prints a table.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/options.hpp"
#include "bench/run/limits.hpp"
#include "bench/show/table.hpp"
#include "bench/suite.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

// What can be told without running anything.
int print_only(const HarnessOptions& options) {
  if (options.list) fmt::print("{}", table_of_models(options.bin_dir));
  if (options.predict) fmt::print("{}", table_of_predictions(options.models, options.workloads));
  if (has_benchmark_flag(options, "list_tests"))
    list_benchmarks(plan_runs({options.models, options.servers, options.workloads},
                              options.repetitions, options.seed));
  return exit_ok;
}

int run_suite(const HarnessOptions& options) {
  Suite suite{options};
  const int exit_code = suite.run();
  if (!suite.runs().empty()) {
    if (!has_benchmark_flag(options, "format")) fmt::print("\n{}", table_of_results(suite.runs()));
    fmt::print("{}", table_of_latencies(suite.runs()));
    if (options.costs) fmt::print("\n{}", table_of_costs(suite.runs()));
    fmt::print(stderr, "\nresults: {}\n", suite.results_directory().string());
  }
  return exit_code;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("waitbench", [&] {
    raise_soft_limits();
    HarnessOptions options;
    if (const auto exit_code = parse_options(argc, argv, options)) return *exit_code;
    if (!benchmark_library_takes(options.benchmark_flags)) return exit_usage;
    if (options.list || options.predict || has_benchmark_flag(options, "list_tests"))
      return print_only(options);
    return run_suite(options);
  });
}
