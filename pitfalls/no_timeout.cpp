// A peer that never answers: it does not take the connection, or not the request, or it sends no
// reply. Nothing is wrong that the system could tell, so no error comes; a task waits for ever,
// with all that it holds. One time limit covers connecting, writing and reading.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <string>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using Acceptor = asio::ip::tcp::acceptor;
using Peer = asio::ip::tcp::endpoint;

constexpr std::chrono::milliseconds patience{50}, observation{500};

// Nobody here ever accepts, reads or writes; the system takes connections as far as its queue goes.
struct SilentPeers {
  asio::io_context nobody;
  Acceptor silent{nobody, {asio::ip::address_v4::loopback(), 0}};
  Acceptor full{nobody, {asio::ip::address_v4::loopback(), 0}};
  std::array<Socket, 4> ahead{Socket{nobody}, Socket{nobody}, Socket{nobody}, Socket{nobody}};

  SilentPeers() {
    full.listen(0);
    silent.set_option(asio::socket_base::receive_buffer_size{1 << 16});
    for (Socket& other : ahead) other.async_connect(full.local_endpoint(), asio::detached);
  }
};

Awaitable<> ask(Socket& socket, Peer peer, size_t size, TimeLine& line) {
  const std::string request(size, '?');
  std::string reply(1, ' ');
  {
    const auto connecting = line.pending("connecting");
    co_await socket.async_connect(peer);
  }
  {
    const auto writing = line.pending("writing");
    co_await async_write(socket, asio::buffer(request));
  }
  const auto reading = line.pending("reading");
  co_await async_read(socket, asio::buffer(reply));
}

Awaitable<> ask_for_ever(Socket& socket, Peer peer, size_t size, TimeLine& line) {
  co_await ask(socket, peer, size, line);
  socket.close();
  line.event("task ended");
}

Awaitable<> ask_with_a_limit(Socket& socket, Peer peer, size_t size, TimeLine& line) {
  using namespace asio::experimental::awaitable_operators;         // for one thread, or one strand
  co_await (ask(socket, peer, size, line) || wait_for(patience));  // the loser is cancelled
  socket.close();
  line.event("task ended");
}

using Task = Awaitable<> (*)(Socket& socket, Peer peer, size_t size, TimeLine& line);

Outcome observe(Task task, TimeLine& line) {
  const SilentPeers peers;
  asio::io_context loop{1};
  std::array<Socket, 3> sockets{Socket{loop}, Socket{loop}, Socket{loop}};
  const Peer silent = peers.silent.local_endpoint();
  constexpr size_t more_than_buffers_hold = 16 << 20;
  co_spawn(loop, task(sockets[0], peers.full.local_endpoint(), 1, line), rethrow);
  co_spawn(loop, task(sockets[1], silent, more_than_buffers_hold, line), rethrow);
  co_spawn(loop, task(sockets[2], silent, 1, line), rethrow);
  loop.run_for(observation);

  const int asked = line.count("connecting");
  const int held = asked - line.count("task ended");
  const auto open = std::ranges::count_if(sockets, &Socket::is_open);
  return {.symptom = held == asked,
          .happened = fmt::format("{} of {} tasks without an answer were held, and {} sockets open",
                                  held, asked, open),
          .measures = {{"tasks_held", held},
                       {"sockets_open", open},
                       {"reached_writing", line.count("writing")},
                       {"reached_reading", line.count("reading")},
                       {"waited", line.longest("reading")}}};
}

Outcome broken(TimeLine& line) {
  return observe(ask_for_ever, line);
}

Outcome fixed(TimeLine& line) {
  return observe(ask_with_a_limit, line);
}

}  // namespace

constinit const Pitfall no_timeout{
    .name = "no_timeout",
    .title = "A peer that never answers",
    .expected = "a peer that is gone shows as an error",
    .symptom = "no error comes, and the task waits for ever",
    .why = "a peer that is silent looks like one that is slow",
    .cure =
        "all three steps or a timer, whichever comes first; what lost is cancelled, and the "
        "socket closed",
    .measure = "tasks_held",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
