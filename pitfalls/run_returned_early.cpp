// A loop that is run again. run() returns when the loop is out of work, and leaves the loop
// stopped: from then on run() returns at once, whatever has been posted. There is no error; what it
// returns is 0, the number of handlers that it ran.
#include <fmt/format.h>

#include <asio/post.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int rounds = 3;
constexpr int jobs_per_round = 4;

void run(asio::io_context& loop) {
  loop.run();
}

void restart_and_run(asio::io_context& loop) {
  loop.restart();
  loop.run();
}

Outcome run_in_rounds(void (*run_loop)(asio::io_context& loop), TimeLine& line) {
  asio::io_context loop{1};
  for (int round = 1; round <= rounds; ++round) {
    const auto lasting = line.holding(fmt::format("round {}", round));
    for (int i = 0; i < jobs_per_round; ++i) post(loop, [&line] { line.event("job done"); });
    const auto running = line.running("the loop");
    run_loop(loop);
  }

  const int done = line.count("job done");
  const int in_the_first = line.count_during("job done", "round 1");
  return {.symptom = done < rounds * jobs_per_round,
          .happened = fmt::format(
              "of {} jobs in {} rounds, {} were done in the first round and {} after it",
              rounds * jobs_per_round, rounds, in_the_first, done - in_the_first),
          .measures = {{"jobs_done", done}, {"jobs_never_run", rounds * jobs_per_round - done}}};
}

Outcome broken(TimeLine& line) {
  return run_in_rounds(run, line);
}

Outcome fixed(TimeLine& line) {
  return run_in_rounds(restart_and_run, line);
}

}  // namespace

constinit const Pitfall run_returned_early{
    .name = "run_returned_early",
    .title = "A loop that has run out of work",
    .expected = "run() runs what has been posted since the last run()",
    .symptom = "only the first run() runs anything: the others return at once, without an error",
    .why = "a loop that is out of work stops, and a loop that is stopped runs nothing",
    .cure = "restart() before each further run(); or a work guard, and run() only once",
    .measure = "jobs_done",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
