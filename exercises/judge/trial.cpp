// Runs an exercise as the harness runs a model, with the trouble that the exercise asks for.
#include "exercises/judge/trial.hpp"

#include <string>
#include <vector>

#include "bench/run/scenario.hpp"

namespace waitbench {
namespace {

using Words = std::vector<std::string>;

// The tasks take two addresses by turns: the server serves at the first alone.
Words server_options(Trouble trouble) {
  return trouble == Trouble::nobody_answers ? Words{"--silent-addresses", "1"} : Words{};
}

Words client_options(Trouble trouble) {
  return trouble == Trouble::none ? Words{} : Words{"--addresses", "2"};
}

}  // namespace

std::optional<Run> Trial::run(const Exercise& exercise) const {
  const Scenario scenario{.bin_dir = programs,
                          .records_dir = records_dir,
                          .timeout = timeout,
                          .interrupted = interrupted,
                          .server_options = server_options(exercise.trouble),
                          .client_options = client_options(exercise.trouble)};
  return scenario.run(exercise.model, exercise.workload, 0);
}

}  // namespace waitbench
