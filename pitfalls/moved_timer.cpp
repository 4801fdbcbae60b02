// A timer that is moved while somebody waits for it. expires_after() sets a new moment, and
// cancels each wait for the old one: it completes with operation_aborted. A watchdog that takes
// this for its end watches no more from the first sign of life on.
#include <fmt/format.h>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/redirect_error.hpp>
#include <asio/write.hpp>
#include <string>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int messages = 3;
constexpr std::chrono::milliseconds patience{100}, between_messages{20}, observation{1000};

struct Session {
  Stream stream;
  Timer silence;  // expires when the peer has been silent for too long
};

Awaitable<> watch_until_a_wait_ends(Session& session, TimeLine& line) {
  const auto watching = line.pending("watching");
  asio::error_code error;
  co_await session.silence.async_wait(redirect_error(as_awaitable, error));
  if (error) co_return;
  line.event("watchdog fires");
  session.stream.close();
}

Awaitable<> watch_until_the_timer_expires(Session& session, TimeLine& line) {
  const auto watching = line.pending("watching");
  asio::error_code moved;
  while (session.silence.expiry() > Clock::now())
    co_await session.silence.async_wait(redirect_error(as_awaitable, moved));
  line.event("watchdog fires");
  session.stream.close();
}

Awaitable<> serve(Session& session, TimeLine& line) {
  const auto serving = line.pending("session");
  std::string message(1, ' ');
  asio::error_code error;
  while (true) {
    co_await session.stream.async_read_some(asio::buffer(message),
                                            redirect_error(as_awaitable, error));
    if (error) break;
    line.event("message");
    session.silence.expires_after(patience);
  }
  line.event("session ended");
}

// And then says nothing more.
Awaitable<> send_messages(Stream& peer) {
  for (int i = 1; i < messages; ++i) {
    co_await wait_for(between_messages);
    co_await async_write(peer, asio::buffer("!", 1));
  }
}

using Watch = Awaitable<> (*)(Session& session, TimeLine& line);

Outcome observe(Watch watch, TimeLine& line) {
  asio::io_context loop{1};
  Session session{Stream{loop}, Timer{loop, patience}};
  Stream peer{loop};
  asio::local::connect_pair(session.stream, peer);
  asio::write(peer, asio::buffer("!", 1));  // the first is there before anybody watches
  co_spawn(loop, serve(session, line), rethrow);
  co_spawn(loop, watch(session, line), rethrow);
  co_spawn(loop, send_messages(peer), rethrow);
  loop.run_for(observation);

  const int fired = line.count("watchdog fires");
  const int held = 1 - line.count("session ended");
  return {.symptom = fired == 0 && held == 1,
          .happened = fmt::format("{} messages came, and then none; times that the watchdog fired: "
                                  "{}; sessions still waiting after {} ms: {}",
                                  line.count("message"), fired, observation.count(), held),
          .measures = {{"watchdog_fired", fired}, {"sessions_held", held}}};
}

Outcome broken(TimeLine& line) {
  return observe(watch_until_a_wait_ends, line);
}

Outcome fixed(TimeLine& line) {
  return observe(watch_until_the_timer_expires, line);
}

}  // namespace

constinit const Pitfall moved_timer{
    .name = "moved_timer",
    .title = "A timer that is moved while it is waited for",
    .expected = "the watchdog fires when nothing has come for 100 ms",
    .symptom = "it never fires: it ended at the first message, and the session waits for ever",
    .why =
        "expires_after() cancels the wait, which completes with operation_aborted: whoever moves a "
        "timer wakes those who wait for it",
    .cure = "whoever is woken looks whether the timer has expired, and if not, waits again",
    .measure = "watchdog_fired",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
