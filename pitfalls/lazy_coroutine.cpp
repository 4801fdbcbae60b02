// Coroutines that are called and never awaited. The call makes a frame and runs none of it: an
// awaitable is a plan. Asio marks it [[nodiscard]], which helps until somebody keeps it.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/use_future.hpp>
#include <future>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int calls = 500;

Awaitable<> save(TimeLine& line) {
  line.event("saving");
  co_await wait_for(std::chrono::milliseconds{1});
  line.event("saved");
}

Outcome judge(const TimeLine& line) {
  const int begun = line.count("saving");
  const int ended = line.count("saved");
  return {.symptom = begun == 0,
          .happened =
              fmt::format("of {} calls, {} began and {} came to their end", calls, begun, ended),
          .measures = {{"called", calls}, {"begun", begun}, {"ended", ended}}};
}

Outcome broken(TimeLine& line) {
  asio::io_context loop{1};
  std::vector<Awaitable<>> saves;
  for (int i = 0; i < calls; ++i) saves.push_back(save(line));
  run_on_threads(loop, 1, line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  asio::io_context loop{1};
  std::vector<std::future<void>> saves;
  for (int i = 0; i < calls; ++i) saves.push_back(co_spawn(loop, save(line), asio::use_future));
  run_on_threads(loop, 1, line);
  for (auto& saved : saves) saved.get();
  return judge(line);
}

}  // namespace

constinit const Pitfall lazy_coroutine{
    .name = "lazy_coroutine",
    .title = "Called, and never awaited",
    .expected = "a function that is called runs",
    .symptom = "nothing happens, and nothing complains",
    .why = "a coroutine starts suspended; it runs when somebody awaits it or spawns it on a loop",
    .cure = "each is spawned, and somebody waits for its end",
    .measure = "ended",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
