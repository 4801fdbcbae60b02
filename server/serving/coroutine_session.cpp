// A coroutine accepts at each address; a coroutine per connection waits, reads and writes.
#include "server/serving/coroutine_session.hpp"

#include <array>
#include <asio/basic_socket_acceptor.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/write.hpp>
#include <system_error>
#include <utility>

namespace waitbench {
namespace {

using asio::ip::tcp;
using Acceptor = Token::as_default_on_t<asio::basic_socket_acceptor<tcp, Executor>>;

// A frame of its own: a session that waits for its delay has no buffer yet.
Awaitable<> echo(Socket& socket, Session& session) {
  std::array<char, 1024> buffer;
  while (true) {
    const size_t count = co_await socket.async_read_some(asio::buffer(buffer));
    session.received({buffer.data(), count});
    co_await async_write(socket, asio::buffer(buffer, count));
    session.sent();
  }
}

// The session ends before the socket is closed.
Awaitable<> serve(Socket socket, Session session) {
  Timer delay{socket.get_executor(), session.due()};
  co_await delay.async_wait();
  try {
    co_await echo(socket, session);
  } catch (const std::system_error& error) {
    session.end(error.code());
  }
}

// Accepts those who wait to be, but not without end: the loop has others to serve. Returns whether
// the system was short of something.
bool accept_waiting(Acceptor& acceptor, Serving& serving) {
  bool is_short = false;
  for (int i = 0; i < 128; ++i) {
    auto connection = serving.accept(acceptor.native_handle(), is_short);
    if (!connection) break;
    Socket socket{acceptor.get_executor(), tcp::v4(), connection->socket.release()};
    co_spawn(acceptor.get_executor(), serve(std::move(socket), std::move(connection->session)),
             rethrow);
  }
  return is_short;
}

Awaitable<> accept_all(Acceptor acceptor, Serving& serving) {
  Timer pause{acceptor.get_executor()};
  while (true) {
    co_await acceptor.async_wait(Acceptor::wait_read);
    if (!accept_waiting(acceptor, serving)) continue;
    pause.expires_after(Serving::pause_for_shortage);
    co_await pause.async_wait();
  }
}

}  // namespace

void accept_on(asio::io_context& loop, std::vector<Descriptor> listeners, Serving& serving) {
  for (Descriptor& listener : listeners)
    co_spawn(loop, accept_all(Acceptor{loop, tcp::v4(), listener.release()}, serving), rethrow);
}

}  // namespace waitbench
