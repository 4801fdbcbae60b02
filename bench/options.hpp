// What the harness is told on its command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/models.hpp"

namespace waitbench {

struct HarnessOptions {
  std::vector<const Model*> models;
  std::vector<Workload> workloads;  // one for each number of tasks
  std::optional<Duration> timeout;  // of a run; nothing: the prediction and a margin
  std::filesystem::path results;    // empty: results/<UTC time>
  std::filesystem::path bin_dir;    // where echo_server and the clients lie
  bool live = true;
  bool list = false;
  bool predict = false;
  std::vector<std::string> benchmark_flags;  // --benchmark_*, for Google Benchmark
};

// Returns the exit code to end with, if there is one.
std::optional<int> parse_options(int argc, const char* const* argv, HarnessOptions& options);

// The text behind "--benchmark_<name>=" in `flags`, the last if there are several.
std::optional<std::string_view> benchmark_flag(const std::vector<std::string>& flags,
                                               std::string_view name);

}  // namespace waitbench
