// A learner's program, or a solution, run once in the harness's own scenario.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "bench/records/run.hpp"
#include "exercises/judge/exercises.hpp"

namespace waitbench {

// Which program is tried, and where.
struct Trial {
  std::filesystem::path programs;     // the directory of the exercises' programs and echo_server
  std::filesystem::path suite;        // the directory of the suite's own clients
  std::filesystem::path records_dir;  // an existing directory, for the children's records
  std::optional<Duration> timeout;    // by default the harness's
  std::function<bool()> interrupted = [] { return false; };

  // Runs the exercise's program with its workload and its trouble. Of one that does not come to its
  // end, the result has the steps that it noted all the same. Returns nothing if interrupted.
  std::optional<Run> run(const Exercise& exercise) const;
};

}  // namespace waitbench
