// Halts on purpose: its peer never answers; with an argument, a handler never returns besides.
// Shows what pending_operations.hpp tells, which Asio includes.
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <string>

using Token = asio::use_awaitable_t<>;
using Socket = Token::as_default_on_t<asio::ip::tcp::socket>;

asio::awaitable<void> ask(asio::ip::tcp::endpoint peer) {
  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(peer);
  std::string reply(100, ' ');
  co_await socket.async_read_some(asio::buffer(reply));
}

int main(int argc, char**) {
  const waitbench::PendingWatch watch{std::chrono::milliseconds{200}};
  asio::io_context loop{1};
  const asio::ip::tcp::acceptor silent{loop, {asio::ip::address_v4::loopback(), 0}};
  co_spawn(loop, ask(silent.local_endpoint()), asio::detached);
  if (argc > 1) asio::post(loop, [] { pause(); });
  loop.run();
}
