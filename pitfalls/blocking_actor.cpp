// An actor, one thread with a queue of messages, that fetches a large object in one call. Its other
// messages pile up at the door until it is done. Fetched in chunks that come through the same
// queue, the object takes as long, and the messages are answered in between: concurrent, and
// still one thread.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <latch>
#include <thread>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/compute.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int chunks = 20;
constexpr int requests = 5;
constexpr std::chrono::milliseconds chunk_time{15};  // until the next chunk is there

Awaitable<> fetch_in_one_call(TimeLine& line, std::latch& begun) {
  const auto fetching = line.holding("fetching");
  begun.count_down();
  for (int i = 0; i < chunks; ++i) hold_thread_for(chunk_time, ComputeKind::hold);
  co_return;
}

Awaitable<> fetch_in_chunks(TimeLine& line, std::latch& begun) {
  const auto fetching = line.pending("fetching");
  begun.count_down();
  for (int i = 0; i < chunks; ++i) co_await wait_for(chunk_time);
}

using Fetch = Awaitable<> (*)(TimeLine& line, std::latch& begun);

Outcome serve(Fetch fetch, TimeLine& line) {
  asio::io_context mailbox{1};
  std::latch begun{1};
  co_spawn(mailbox, fetch(line, begun), rethrow);
  const std::jthread others{[&, open = make_work_guard(mailbox)] {
    begun.wait();
    for (int i = 0; i < requests; ++i) {
      line.event("request");
      asio::post(mailbox, [&] { line.event("answer"); });
    }
  }};
  run_on_threads(mailbox, 1, line, "the actor");

  const int meanwhile = line.count_during("answer", "fetching");
  const Duration waited = line.from_to_last("request", "answer");
  return {.symptom = meanwhile == 0,
          .happened = fmt::format("of {} requests during the fetch, {} were answered before its "
                                  "end; they waited up to {:.1f} ms",
                                  requests, meanwhile, in_ms(waited)),
          .measures = {{"answered_meanwhile", meanwhile},
                       {"longest_wait", waited},
                       {"time_of_fetch", line.longest("fetching")}}};
}

Outcome broken(TimeLine& line) {
  return serve(fetch_in_one_call, line);
}

Outcome fixed(TimeLine& line) {
  return serve(fetch_in_chunks, line);
}

}  // namespace

constinit const Pitfall blocking_actor{
    .name = "blocking_actor",
    .title = "An actor that fetches in one call",
    .expected = "an actor answers while it fetches",
    .symptom = "its messages pile up until the fetch is done",
    .why = "an actor has one thread and takes one message at a time, and the fetch is one message",
    .cure =
        "it asks for the object and returns; the object comes in chunks through the same "
        "queue, and the other messages in between",
    .measure = "answered_meanwhile",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
