// The scenario of a model, with trouble, and with a board on which a program that is killed leaves
// its steps.
#include "exercises/judge/trial.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "bench/run/scenario.hpp"
#include "record/shared_board.hpp"

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

void take_from(const SharedBoard& board, Run& run) {
  std::vector<Event> client;
  std::vector<Event> server;
  for (const Event& event : board.events())
    (event.step <= Step::finished ? client : server).push_back(event);
  for (auto* events : {&client, &server}) std::ranges::stable_sort(*events, {}, &Event::time);
  if (run.events.empty()) run.events = client;
  if (run.server_events.empty()) run.server_events = server;
}

}  // namespace

std::optional<Run> Trial::run(const Exercise& exercise) const {
  const SharedBoard board{exercise.workload.tasks};
  const Scenario scenario{.bin_dir = programs,
                          .records_dir = records_dir,
                          .timeout = timeout,
                          .interrupted = interrupted,
                          .board = board.path(),
                          .server_options = server_options(exercise.trouble),
                          .client_options = client_options(exercise.trouble)};
  auto run = scenario.run(exercise.model, exercise.workload, 0);
  if (run) take_from(board, *run);
  return run;
}

}  // namespace waitbench
