// A task that fails with nobody there to see it. `detached` is a completion handler that drops
// whatever it is given, the exception included, so the program ends with success.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <stdexcept>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/own_process.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int tasks = 3;

Awaitable<> store(int id, TimeLine& line) {
  const auto storing = line.pending(fmt::format("task {}", id));
  co_await wait_for(std::chrono::milliseconds{10 * id});
  if (id == 2) {
    line.event("failed");
    throw std::runtime_error("task 2: no space left");
  }
  line.event("stored");
}

// The whole of a program: what it throws ends it with status 1 and a line that says why.
Outcome program_that_detaches(TimeLine& line) {
  asio::io_context loop{1};
  for (int id = 1; id <= tasks; ++id) co_spawn(loop, store(id, line), asio::detached);
  run_on_threads(loop, 1, line);
  return {};
}

Outcome program_that_looks(TimeLine& line) {
  std::exception_ptr failure;  // the first
  const auto look = [&failure](const std::exception_ptr& error) {
    if (!failure) failure = error;
  };
  asio::io_context loop{1};
  for (int id = 1; id <= tasks; ++id) co_spawn(loop, store(id, line), look);
  run_on_threads(loop, 1, line);
  rethrow(failure);  // all tasks have ended
  return {};
}

Outcome run_program(const Body& program, TimeLine& line) {
  const Told told = run_apart("the program", program);
  line.add(told.stretches);
  const int failed = line.count("failed");
  const int stored = line.count("stored");
  const int status = told.ending == Ending::finished ? 0 : 1;
  return {.symptom = failed > 0 && status == 0,
          .happened = fmt::format(
              "{} of {} tasks failed, {} came to their end; the program ended with "
              "status {}{}",
              failed, tasks, stored, status, status == 0 ? "" : " and said '" + told.message + "'"),
          .measures = {{"failures", failed},
                       {"failures_unseen", status == 0 ? failed : 0},
                       {"exit_status", status},
                       {"others_stored", stored}}};
}

Outcome broken(TimeLine& line) {
  return run_program(program_that_detaches, line);
}

Outcome fixed(TimeLine& line) {
  return run_program(program_that_looks, line);
}

}  // namespace

constinit const Pitfall lost_exception{
    .name = "lost_exception",
    .title = "A failure that nobody sees",
    .expected = "a program in which a task failed does not end with success",
    .symptom = "the failure leaves no trace, and the program ends with status 0",
    .why =
        "an exception leaves a coroutine through its completion handler, and `detached` drops "
        "what it is given",
    .cure =
        "a completion handler that keeps the first failure; the program throws it when all tasks "
        "have ended",
    .measure = "failures_unseen",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
