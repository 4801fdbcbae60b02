// A computation on the loop's only thread. Async code gives its thread away where it awaits, and
// nowhere else: while it computes, no timer fires and no reply is read, however long they are due.
// A stall detector (support/diagnosis/stall_detector.hpp) says who it is, while it lasts.
#include <fmt/format.h>

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "support/diagnosis/stall_detector.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr std::chrono::milliseconds computation{300};
constexpr std::chrono::milliseconds timeout{50};
constexpr std::chrono::milliseconds suspicious{100};

// Notes what the detector says, and the culprit's thread.
StallDetector::Report note_in(TimeLine& line) {
  return [&line](const StallDetector::Stall& stall) {
    if (!stall.over) line.event(fmt::format("stall: {} on {}", stall.handler, stall.thread));
  };
}

void compute_watched(TimeLine& line, StallDetector& detector) {
  const StallDetector::Doing doing{detector, "compute"};
  compute(line, computation);
}

Awaitable<> compute_here(TimeLine& line, StallDetector& detector, bool& done) {
  compute_watched(line, detector);
  done = true;
  co_return;
}

Awaitable<> compute_there(TimeLine& line, StallDetector& detector, bool& done, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread of the pool
  compute_watched(line, detector);
  co_await post(bind_executor(loop, as_awaitable));  // and comes back
  done = true;
}

Awaitable<> time_out(TimeLine& line) {
  const auto timing_out = line.pending("timeout");
  co_await wait_for(timeout);
}

Outcome judge(const TimeLine& line) {
  const int beats = line.count_during("heartbeat", "computing");
  const double silence = in_ms(line.longest_gap("heartbeat"));
  const double fired = in_ms(line.longest("timeout"));
  return {.symptom = beats == 0 && line.longest("timeout") >= line.longest("computing"),
          .happened = fmt::format("{} heartbeats came during the computation; the longest gap was "
                                  "{:.0f} ms; a timeout of 50 ms fired after {:.0f} ms",
                                  beats, silence, fired),
          .measures = {{"heartbeats_missed", heartbeats_missed(line, "computing")},
                       {"longest_silence", line.longest_gap("heartbeat")},
                       {"timeout_late", line.longest("timeout") - timeout}}};
}

Outcome broken(TimeLine& line) {
  bool done = false;
  asio::io_context loop{1};
  StallDetector detector{loop, suspicious, note_in(line)};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, time_out(line), rethrow);
  co_spawn(loop, compute_here(line, detector, done), rethrow);
  run_on_threads(loop, 1, line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  bool done = false;
  asio::io_context loop{1};
  StallDetector detector{loop, suspicious, note_in(line)};
  Workers pool{1};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, time_out(line), rethrow);
  co_spawn(loop, compute_there(line, detector, done, pool.executor()), rethrow);
  run_on_threads(loop, 1, line);
  return judge(line);
}

}  // namespace

constinit const Pitfall blocked_loop{
    .name = "blocked_loop",
    .title = "A computation on the loop's only thread",
    .expected = "a heartbeat every 10 ms, and timeouts when they are due, whatever else goes on",
    .symptom = "while a task computes, nothing else runs: heartbeats are missed, timeouts are late",
    .why =
        "an event loop serves one thing at a time on each of its threads, and takes nothing "
        "away from a handler that does not return",
    .cure = "the computation moves to a pool of threads; the loop's thread only waits",
    .measure = "heartbeats_missed",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
