// `post(pool, token)` in a coroutine that wants to go to the pool. The function is posted to the
// pool, and hands the coroutine straight back: a coroutine goes on on its own executor, unless the
// token is bound to another one.
#include <fmt/format.h>

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

Awaitable<> post_and_compute(TimeLine& line, bool& done, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(pool, as_awaitable);
  compute(line, std::chrono::milliseconds{200});
  co_await post(bind_executor(loop, as_awaitable));  // back, from wherever that was
  done = true;
}

Awaitable<> bind_and_compute(TimeLine& line, bool& done, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(pool, as_awaitable));
  compute(line, std::chrono::milliseconds{200});
  co_await post(bind_executor(loop, as_awaitable));  // back, from wherever that was
  done = true;
}

using Task = Awaitable<> (*)(TimeLine& line, bool& done, Executor pool);

Outcome run(Task task, TimeLine& line) {
  bool done = false;
  asio::io_context loop{1};
  Workers pool{1};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, task(line, done, pool.executor()), rethrow);
  run_on_threads(loop, 1, line);

  const int beats = line.count_during("heartbeat", "computing");
  return {.symptom = beats == 0,
          .happened = fmt::format("{} heartbeats of the loop came while the task computed, as it "
                                  "thought, on the pool; the longest gap was {:.0f} ms",
                                  beats, in_ms(line.longest_gap("heartbeat"))),
          .measures = {{"heartbeats_missed", heartbeats_missed(line, "computing")},
                       {"longest_silence", line.longest_gap("heartbeat")}}};
}

Outcome broken(TimeLine& line) {
  return run(post_and_compute, line);
}

Outcome fixed(TimeLine& line) {
  return run(bind_and_compute, line);
}

}  // namespace

constinit const Pitfall post_that_stays{
    .name = "post_that_stays",
    .title = "A post to the pool that stays on the loop",
    .expected = "after co_await post(pool, token) the coroutine runs on the pool",
    .symptom = "it goes on on the loop's thread, and computes there",
    .why =
        "a token without an executor has that of its coroutine, and completions go there; the pool "
        "runs nothing but the way back",
    .cure = "the token is bound to the pool: post(bind_executor(pool, token))",
    .measure = "heartbeats_missed",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
