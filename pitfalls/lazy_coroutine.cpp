// A chain of coroutines that nobody awaits: each awaits the one before. A call makes a frame and
// runs none of it: an awaitable is a plan, and a chain of them is a longer plan. Asio marks it
// [[nodiscard]], which helps until somebody keeps it.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/use_future.hpp>
#include <utility>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int calls = 500;

Awaitable<> save_after(Awaitable<> before, TimeLine& line) {
  line.event("saving");
  if (before.valid()) co_await std::move(before);
  line.event("saved");
}

Awaitable<> chain_of_calls(TimeLine& line) {
  Awaitable<> chain;
  for (int i = 0; i < calls; ++i) {
    chain = save_after(std::move(chain), line);
    line.event("called");
  }
  return chain;
}

Outcome judge(const TimeLine& line) {
  const int begun = line.count("saving");
  const int ended = line.count("saved");
  return {.symptom = begun == 0,
          .happened =
              fmt::format("of {} calls, each with the one before to await, {} began and {} came to "
                          "their end",
                          line.count("called"), begun, ended),
          .measures = {{"called", line.count("called")}, {"begun", begun}, {"ended", ended}}};
}

Outcome broken(TimeLine& line) {
  asio::io_context loop{1};
  const Awaitable<> chain = chain_of_calls(line);
  run_on_threads(loop, 1, line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  asio::io_context loop{1};
  auto saved = co_spawn(loop, chain_of_calls(line), asio::use_future);
  run_on_threads(loop, 1, line);
  saved.get();
  return judge(line);
}

}  // namespace

constinit const Pitfall lazy_coroutine{
    .name = "lazy_coroutine",
    .title = "Called, and never awaited",
    .expected = "a function that is called runs",
    .symptom = "nothing happens, and nothing complains",
    .why = "a coroutine starts suspended; it runs when somebody awaits it or spawns it on a loop",
    .cure = "the chain is spawned, and somebody waits for its end",
    .measure = "ended",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
