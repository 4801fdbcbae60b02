// A cancellation that does not reach what was spawned. Cancelling a coroutine cancels what it
// awaits, and what that awaits, down to the operation that waits. A coroutine that it spawned is
// none of these: nobody tells it to stop, and a shutdown that waits for all work waits for it.
#include <fmt/format.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/this_coro.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr std::chrono::milliseconds stop_after{50}, fetching_takes{400};

// The peer says nothing.
Awaitable<> listen(TimeLine& line) {
  const auto listening = line.pending("listening");
  co_await wait_for(std::chrono::hours{1});
}

Awaitable<> fetch(TimeLine& line) {
  const auto fetching = line.pending("fetching");
  co_await wait_for(fetching_takes);
  line.event("fetched");
}

Awaitable<> listen_and_spawn_fetch(TimeLine& line) {
  co_spawn(co_await asio::this_coro::executor, fetch(line), rethrow);
  co_await listen(line);
}

Awaitable<> listen_and_await_fetch(TimeLine& line) {
  using namespace asio::experimental::awaitable_operators;  // for one thread, or one strand
  co_await (listen(line) && fetch(line));
}

using Session = Awaitable<> (*)(TimeLine& line);

Outcome shut_down(Session session, TimeLine& line) {
  asio::io_context loop{1};
  asio::cancellation_signal stop;
  co_spawn(loop, session(line), bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr&) {
             line.event("session ended");
           }));
  Timer shutdown{loop, stop_after};
  shutdown.async_wait([&](asio::error_code) {
    line.event("stop");
    stop.emit(asio::cancellation_type::terminal);
  });
  run_on_threads(loop, 1, line);  // until all work has ended
  line.event("shut down");

  const int not_cancelled = line.count("fetched");
  const double session_took = in_ms(line.from_to_first("stop", "session ended"));
  const Duration took = line.from_to_first("stop", "shut down");
  return {.symptom = not_cancelled > 0,
          .happened = fmt::format("told to stop, the session ended after {:.1f} ms, and the "
                                  "program after {:.1f} ms; fetches that ran to their end: {}",
                                  session_took, in_ms(took), not_cancelled),
          .measures = {{"fetches_not_cancelled", not_cancelled}, {"shutdown_took", took}}};
}

Outcome broken(TimeLine& line) {
  return shut_down(listen_and_spawn_fetch, line);
}

Outcome fixed(TimeLine& line) {
  return shut_down(listen_and_await_fetch, line);
}

}  // namespace

constinit const Pitfall cancel_stops_short{
    .name = "cancel_stops_short",
    .title = "A cancellation that stops short",
    .expected = "a session that is cancelled ends with all that it began",
    .symptom = "what it spawned runs to its end, and the shutdown waits for it",
    .why =
        "a cancellation goes from a coroutine to what it awaits; what it spawned has a completion "
        "handler of its own, without a cancellation slot",
    .cure = "the session awaits both (listen && fetch), so that both are part of it",
    .measure = "fetches_not_cancelled",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
