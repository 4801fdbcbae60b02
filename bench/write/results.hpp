// Writes results.json: every run so far. The file is whole at any time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/records/run.hpp"

namespace waitbench {

// Where the results of a run of the harness lie.
struct ResultsDirectory {
  std::filesystem::path path;

  // Makes `wanted` if it isn't there yet; with an empty `wanted`, results/<UTC time> with
  // results/latest pointing at it. Throws std::system_error that names what can't be made or
  // written.
  static ResultsDirectory make(const std::filesystem::path& wanted);

  // Makes an empty directory in it for files that come and go during a run.
  std::filesystem::path make_scratch() const;
  void remove_scratch() const;
};

class ResultsFile {
 public:
  // Writes nothing yet. `seed` is that of the order of the runs; `suite` and `environment` describe
  // what measures, and where.
  ResultsFile(std::filesystem::path file, std::uint32_t seed, const nlohmann::ordered_json& suite,
              const nlohmann::ordered_json& environment);

  // Adds a run and writes the file anew, whole, so that what has finished is there whatever happens
  // to the harness next. Throws std::system_error if it can't be written; the file then is as it
  // was.
  void add(const Run& run);

 private:
  std::filesystem::path file_;
  std::string head_;                      // the JSON text before the runs
  std::vector<std::string> warmup_runs_;  // each as JSON text
  std::vector<std::string> runs_;
};

}  // namespace waitbench
