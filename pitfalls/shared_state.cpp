// Two coroutines on a pool of two threads that count on the same counter. Coroutines look as if
// they took turns; on several threads they don't. With a plain int this would be a data race, which
// is undefined behaviour and what ThreadSanitizer reports. Reading and writing a relaxed atomic one
// after the other is defined, and loses updates in the same way: so it is done here.
#include <fmt/format.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/compute.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int coroutines = 2;
constexpr int rounds = 50;

// asio::awaitable<> runs on any executor, the strand's included.
asio::awaitable<void> count_up(std::atomic<int>& counter, TimeLine& line) {
  for (int i = 0; i < rounds; ++i) {
    {
      const auto updating = line.holding("updating");
      const int before = counter.load(std::memory_order_relaxed);
      hold_thread_for(std::chrono::milliseconds{1}, ComputeKind::hold);  // seen more often so
      counter.store(before + 1, std::memory_order_relaxed);
    }
    co_await asio::post(asio::use_awaitable);  // the other's turn, if there are turns
  }
}

Outcome judge(int counted, const TimeLine& line) {
  const int updates = line.count("updating");
  const int at_once = line.most_at_once("updating");
  return {.symptom = counted < updates,
          .happened = fmt::format("{} updates counted up to {}: {} were lost, with up to {} at "
                                  "once",
                                  updates, counted, updates - counted, at_once),
          .measures = {{"updates_lost", updates - counted},
                       {"updates_at_once", at_once},
                       {"time", line.span("updating")}}};
}

Outcome broken(TimeLine& line) {
  std::atomic<int> counter = 0;
  asio::io_context loop{2};
  const auto executor = loop.get_executor();
  for (int i = 0; i < coroutines; ++i) co_spawn(executor, count_up(counter, line), rethrow);
  run_on_threads(loop, 2, line);
  return judge(counter, line);
}

Outcome fixed(TimeLine& line) {
  std::atomic<int> counter = 0;
  asio::io_context loop{2};
  const auto executor = make_strand(loop);
  for (int i = 0; i < coroutines; ++i) co_spawn(executor, count_up(counter, line), rethrow);
  run_on_threads(loop, 2, line);
  return judge(counter, line);
}

}  // namespace

constinit const Pitfall shared_state{
    .name = "shared_state",
    .title = "A counter shared by coroutines on a pool",
    .expected = "coroutines take turns, so what is between two awaits is theirs alone",
    .symptom = "updates are lost: both read the same value, and both write it plus one",
    .why = "on a pool, coroutines run at the same time on several threads, like any other code",
    .cure =
        "a strand: what runs on it runs one after the other, on whichever thread, up to the "
        "next await",
    .measure = "updates_lost",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
