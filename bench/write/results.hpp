// Writes results.json: every run so far. The file is whole at any time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/models/own_programs.hpp"
#include "bench/records/run.hpp"
#include "support/descriptor.hpp"
#include "support/temporary_directory.hpp"

namespace waitbench {

// Where the results of a run of the harness lie. No other harness writes there as long as this
// lives.
class ResultsDirectory {
 public:
  // Makes `wanted` if it isn't there yet, and removes what an earlier run of the harness wrote
  // there. With an empty `wanted`, the directory is results/<UTC time>, which is made when there
  // is something to put into it. Throws std::system_error, or std::runtime_error if another harness
  // writes there, that names what can't be made or written.
  explicit ResultsDirectory(const std::filesystem::path& wanted);

  // Makes the directory, if that has yet to be done, and then has results/latest point at it.
  std::filesystem::path path();

  // A directory on the same disk, for files that come and go during a run.
  const std::filesystem::path& scratch() const { return scratch_->path(); }

  // Whether there is something in it.
  bool is_made() const { return !path_.empty(); }

 private:
  std::filesystem::path path_;  // empty: to be made
  Descriptor lock_;
  std::optional<TemporaryDirectory> scratch_;
};

class ResultsFile {
 public:
  // Writes nothing yet. `directory` must outlive it. `seed` is that of the order of the runs;
  // `suite` and `environment` describe what measures, and where. `own` are described beside the
  // models and servers of the tables.
  ResultsFile(ResultsDirectory& directory, std::uint32_t seed, const nlohmann::ordered_json& suite,
              const nlohmann::ordered_json& environment, const OwnPrograms& own = {});

  // Adds a run and writes the file anew, whole, so that what has finished is there whatever happens
  // to the harness next. Throws std::system_error if it can't be written; the file then is as it
  // was.
  void add(const Run& run);

 private:
  ResultsDirectory& directory_;
  std::string head_;                      // the JSON text before the runs
  std::vector<std::string> warmup_runs_;  // each as JSON text
  std::vector<std::string> runs_;
};

}  // namespace waitbench
