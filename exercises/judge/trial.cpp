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

// The suite's client that a learner's server is run with.
const Model& client_for_servers = *find_model("async_single_thread");

}  // namespace

std::optional<Run> Trial::run(const Exercise& exercise) const {
  const Scenario scenario{.bin_dir = exercise.is_server ? suite : programs,
                          .records_dir = records_dir,
                          .timeout = timeout,
                          .interrupted = interrupted,
                          .server_options = server_options(exercise.trouble),
                          .client_options = client_options(exercise.trouble)};
  if (!exercise.is_server) return scenario.run(exercise.model, exercise.workload, 1);

  const std::string program = programs / exercise.program();
  const Server server{.name = exercise.name(),
                      .title = exercise.model.title,
                      .shows = exercise.model.shows,
                      .facts = exercise.model.facts,
                      .program = program};
  auto run = scenario.run(client_for_servers, exercise.workload, 1, server);
  if (run) run->server_model = &servers.front();  // that one does not outlive this function
  return run;
}

}  // namespace waitbench
