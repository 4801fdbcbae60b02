// waitbench: reads options, runs the models, writes files and prints a table.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "bench/options.hpp"
#include "bench/parts.hpp"
#include "bench/quiz/quiz.hpp"
#include "bench/run/limits.hpp"
#include "bench/show/table.hpp"
#include "bench/suite.hpp"
#include "support/interruption.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

// What can be told without running anything.
int print_only(const HarnessOptions& options) {
  if (options.list) print(table_of_models(options.bin_dir));
  if (!options.completion.empty())
    print(completion_script(options.completions, options.completion == "zsh"));
  if (options.answers) print_answers(options);
  if (options.predict)
    print(table_of_predictions(options.models, options.servers, options.workloads));
  if (has_benchmark_flag(options, "list_tests"))
    list_benchmarks(plan_runs({options.models, options.servers, options.workloads},
                              options.repetitions, options.seed));
  return exit_ok;
}

void tell_where(const std::filesystem::path& results) {
  tell(fmt::format("\nresults: {}\npage:    {}, drawn by\n         {}\n", results.string(),
                   (results / "report.html").string(), drawing_command(results)));
}

int run_suite(const HarnessOptions& options, Interruption& interruption) {
  Suite suite{options, interruption};
  const int exit_code = suite.run();
  if (!suite.runs().empty()) {
    if (!has_benchmark_flag(options, "format")) print("\n" + table_of_results(suite.runs()));
    print(table_of_latencies(suite.runs()));
    if (options.costs) print("\n" + table_of_costs(suite.runs()));
    if (!options.quiet) tell_where(suite.results_directory());
  }
  return exit_code;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("waitbench", [&] {
    std::optional<Interruption> interruption{std::in_place};
    raise_soft_limits();
    HarnessOptions options;
    if (const auto exit_code = parse_options(argc, argv, options)) return *exit_code;
    if (!benchmark_library_takes(options.benchmark_flags)) return exit_usage;
    if (options.list || options.predict || options.answers || !options.completion.empty() ||
        has_benchmark_flag(options, "list_tests")) {
      interruption.reset();  // a signal may end the process again
      return print_only(options);
    }
    if (options.quiz) return play_quiz(options, *interruption);
    return run_suite(options, *interruption);
  });
}
