// Serves each connection in a coroutine of its own.
#include "server/coroutines.hpp"

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/write.hpp>
#include <system_error>
#include <utility>

namespace waitbench {

CoroutineService::CoroutineService(const ServerOptions& options) : EchoService(options) {
  co_spawn(context_, close_idle_connections(), rethrow);
}

void CoroutineService::take(PlainSocket socket) {
  count_taken();
  const Event accepted{0, Step::accepted, Clock::now(), this_thread_id()};
  co_spawn(context_, serve(Socket{context_, asio::ip::tcp::v4(), socket.release()}, accepted),
           rethrow);
}

// The end of file is how a session is meant to end; any other error drops the connection.
Awaitable<> CoroutineService::serve(Socket socket, Event accepted) {
  Timer delay{context_, accepted.time + options().delay};
  co_await delay.async_wait();
  const auto place = served_.insert(served_.end(), {socket, Clock::now()});
  bool dropped = false;
  try {
    co_await echo(*place, accepted);
  } catch (const std::system_error& error) {
    dropped = error.code() != asio::error::eof;
  }
  served_.erase(place);
  count_ended(dropped);
}

Awaitable<> CoroutineService::echo(Served& served, Event accepted) {
  std::array<char, 1024> buffer;
  for (bool is_first = true;; is_first = false) {
    const size_t count = co_await served.socket.async_read_some(asio::buffer(buffer));
    if (is_first) record_first_echo(accepted, {buffer.data(), count});
    count_echoed(count);
    co_await async_write(served.socket, asio::buffer(buffer, count));
    served.active_at = Clock::now();
  }
}

// Closes what has neither sent nor taken a byte for the idle timeout: what waits there ends with an
// error. Looks when the longest idle one would be due, but no oftener than sixteen times per
// timeout.
Awaitable<> CoroutineService::close_idle_connections() {
  const auto timeout = options().idle_timeout;
  Timer next_look{context_, Clock::now() + timeout};
  while (true) {
    co_await next_look.async_wait();
    const auto now = Clock::now();
    auto due = now + timeout;
    for (const Served& served : served_) {
      if (served.active_at + timeout <= now)
        served.socket.close();
      else
        due = std::min(due, served.active_at + timeout);
    }
    next_look.expires_at(std::max(due, now + timeout / 16));
  }
}

}  // namespace waitbench
