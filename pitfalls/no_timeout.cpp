// A peer that never answers. Nothing is wrong with the connection, so no error comes; a task that
// waits for the reply waits for ever, with all that it holds.
#include <fmt/format.h>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>
#include <string>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using Peer = asio::ip::tcp::endpoint;

constexpr std::chrono::milliseconds patience{50};      // of the task that is fixed
constexpr std::chrono::milliseconds observation{500};  // then this program looks no longer

Awaitable<> read_reply(Socket& socket, TimeLine& line) {
  const auto waiting = line.pending("waiting for the reply");
  std::string reply(100, ' ');
  asio::error_code error;
  co_await socket.async_read_some(asio::buffer(reply), redirect_error(as_awaitable, error));
  line.event(error == asio::error::operation_aborted ? "read cancelled" : "read");
}

Awaitable<> ask(Peer peer, TimeLine& line) {
  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(peer);
  co_await async_write(socket, asio::buffer("hello"));
  co_await read_reply(socket, line);
  line.event("task ended");
}

Awaitable<> ask_with_timeout(Peer peer, TimeLine& line) {
  using namespace asio::experimental::awaitable_operators;  // for one thread, or one strand
  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(peer);
  co_await async_write(socket, asio::buffer("hello"));
  co_await (read_reply(socket, line) || wait_for(patience));  // the loser is cancelled
  line.event("task ended");
}

Outcome observe(Awaitable<> (*task)(Peer, TimeLine&), TimeLine& line) {
  asio::io_context loop{1};
  // The system accepts for whoever listens, and nobody here ever looks.
  const asio::ip::tcp::acceptor silent{loop, {asio::ip::address_v4::loopback(), 0}};
  co_spawn(loop, task(silent.local_endpoint(), line), rethrow);
  loop.run_for(observation);

  const bool held = line.count("task ended") == 0;
  const Duration waited = line.longest("waiting for the reply");
  return {.symptom = held,
          .happened = fmt::format("after {:.0f} ms without a reply, the task {}", in_ms(waited),
                                  held ? "still waits" : "cancelled the read and went on"),
          .measures = {{"tasks_held", held ? 1 : 0},
                       {"reads_cancelled", line.count("read cancelled")},
                       {"waited", waited}}};
}

Outcome broken(TimeLine& line) {
  return observe(ask, line);
}

Outcome fixed(TimeLine& line) {
  return observe(ask_with_timeout, line);
}

}  // namespace

constinit const Pitfall no_timeout{
    .name = "no_timeout",
    .title = "A peer that never answers",
    .expected = "a peer that is gone shows as an error",
    .symptom = "no error comes, and the task waits for ever",
    .why = "the connection stands, and a peer that is silent looks like one that is slow",
    .cure = "the read or a timer, whichever comes first; what lost is cancelled",
    .measure = "tasks_held",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
