// Serves with three coroutines per loop and none per connection: one waits for delays, one serves
// those that are ready, one drops idle connections.
#include "server/epoll.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace waitbench {
namespace {

int checked(int result, const char* what) {
  if (result == -1 && errno != EINTR) throw std::system_error{errno, std::system_category(), what};
  return result;
}

}  // namespace

EpollService::EpollService(const ServerOptions& options)
    : EchoService(options),
      epoll_(context_, checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
  co_spawn(context_, watch_those_due(), rethrow);
  co_spawn(context_, serve_those_ready(), rethrow);
  co_spawn(context_, drop_idle_connections(), rethrow);
}

void EpollService::take(PlainSocket socket) {
  count_taken();
  const Event accepted{0, Step::accepted, Clock::now(), this_thread_id()};
  post(context_, [this, accepted, socket = std::move(socket)]() mutable {
    waiting_.push_back({std::move(socket), accepted, accepted.time + options().delay});
    waiting_.back().place = std::prev(waiting_.end());
    if (waiting_.size() == 1) next_due_.cancel();  // the wait for nobody
  });
}

// They are due in the order in which they came, since the delay is the same for all.
Awaitable<> EpollService::watch_those_due() {
  while (true) {
    next_due_.expires_at(waiting_.empty() ? Clock::time_point::max() : waiting_.front().active_at);
    asio::error_code cancelled;  // by a connection that is due sooner than the wait would end
    co_await next_due_.async_wait(redirect_error(as_awaitable, cancelled));
    while (!waiting_.empty() && waiting_.front().active_at <= Clock::now()) {
      served_.splice(served_.end(), waiting_, waiting_.begin());
      serve(served_.back());  // what it sent during the delay
    }
  }
}

Awaitable<> EpollService::serve_those_ready() {
  while (true) {
    co_await epoll_.async_wait(epoll_.wait_read, as_awaitable);
    for (const epoll_event& event : take_ready()) serve(*static_cast<Connection*>(event.data.ptr));
  }
}

std::span<const epoll_event> EpollService::take_ready() {
  const int count =
      checked(epoll_wait(epoll_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0),
              "epoll_wait");
  return std::span{ready_}.first(static_cast<size_t>(std::max(count, 0)));
}

// The end of file is how a session is meant to end; any other error drops the connection.
void EpollService::serve(Connection& connection) {
  try {
    if (connection.unsent.empty())
      echo(connection);
    else
      send_rest(connection);
    watch(connection);
  } catch (const std::system_error& error) {
    end(connection, error.code() != asio::error::eof);
  }
}

void EpollService::end(const Connection& connection, bool dropped) {
  count_ended(dropped);
  served_.erase(connection.place);
}

void EpollService::echo(Connection& connection) {
  const std::string_view bytes{buffer_.data(), connection.socket.read_some(buffer_)};
  if (bytes.empty()) return;
  if (!std::exchange(connection.has_echoed, true)) record_first_echo(connection.accepted, bytes);
  const size_t sent = connection.socket.write_some(bytes);
  count_echoed(bytes.size());
  connection.active_at = Clock::now();
  if (sent < bytes.size()) connection.unsent = bytes.substr(sent);
}

// Reads no more before all of it is sent: a peer that takes nothing fills no memory here.
void EpollService::send_rest(Connection& connection) {
  const size_t sent = connection.socket.write_some(connection.unsent);
  if (sent == 0) return;
  connection.active_at = Clock::now();
  connection.unsent.erase(0, sent);
  if (connection.unsent.empty()) connection.unsent.shrink_to_fit();
}

// Asks the kernel to tell when the connection can go on, for as long as it can (level-triggered).
void EpollService::watch(Connection& connection) {
  const std::uint32_t awaited = connection.unsent.empty() ? EPOLLIN : EPOLLOUT;
  if (awaited == connection.awaited) return;
  epoll_event event{.events = awaited, .data = {.ptr = &connection}};
  checked(epoll_ctl(epoll_.native_handle(), connection.awaited == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
                    connection.socket.descriptor(), &event),
          "epoll_ctl");
  connection.awaited = awaited;
}

// Closes what has neither sent nor taken a byte for the idle timeout. Looks when the longest idle
// one would be due, but no oftener than sixteen times per timeout, however many connections there
// are.
Awaitable<> EpollService::drop_idle_connections() {
  const auto timeout = options().idle_timeout;
  Timer next_look{context_.get_executor(), Clock::now() + timeout};
  while (true) {
    co_await next_look.async_wait();
    const auto now = Clock::now();
    auto due = now + timeout;
    for (auto connection = served_.begin(); connection != served_.end();) {
      const Connection& looked_at = *connection++;
      if (looked_at.active_at + timeout <= now) {
        end(looked_at, /* dropped = */ true);
      } else {
        due = std::min(due, looked_at.active_at + timeout);
      }
    }
    next_look.expires_at(std::max(due, now + timeout / 16));
  }
}

}  // namespace waitbench
