// Holds what the harness is told on its command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/completion.hpp"
#include "bench/models/own_programs.hpp"

namespace waitbench {

inline constexpr size_t most_workloads = 10'000;

struct HarnessOptions {
  OwnPrograms own;  // which models and servers may point into
  std::vector<const Model*> models;
  std::vector<const Server*> servers;
  std::vector<Workload> workloads;      // one for each number of tasks, of threads, and each rate:
                                        // most_workloads at most
  std::optional<Duration> timeout;      // of a run; nothing: the prediction and a margin
  std::optional<Duration> longest_run;  // what is predicted to take longer is not run
  std::filesystem::path results;        // empty: results/<UTC time>
  std::filesystem::path bin_dir;        // where echo_server and the clients lie
  int repetitions = 1;
  int warmup = 0;          // rounds of runs before the measured ones, kept apart
  std::uint32_t seed = 0;  // of the order in which repetitions interleave, and of Poisson arrivals
  bool live = true;
  bool quiet = false;  // tell nothing but the results, and what goes wrong
  int events_up_to = std::numeric_limits<int>::max();  // tasks, for a run's events to be kept
  bool costs = false;                                  // a second table: what the processes used
  bool list = false;
  bool predict = false;
  bool quiz = false;       // ask, rather than run what is chosen
  bool answers = false;    // of the quiz, for who teaches
  int rounds = 5;          // of the quiz
  std::string completion;  // the shell for which to print a script, if any: "bash" or "zsh"
  std::vector<Completion> completions;
  std::vector<std::string> benchmark_flags;  // the other --benchmark_*, for Google Benchmark
};

// Returns the exit code to end with, if there is one.
std::optional<int> parse_options(int argc, const char* const* argv, HarnessOptions& options);

// Whether the flag --benchmark_<name> was given.
bool has_benchmark_flag(const HarnessOptions& options, std::string_view name);

}  // namespace waitbench
