// Three coroutines a loop, none a connection: one waits for delays, one serves, one drops the idle.
#include "server/echo_loop.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace waitbench {
namespace {

int checked(int result, const char* what) {
  if (result == -1 && errno != EINTR) throw std::system_error{errno, std::system_category(), what};
  return result;
}

// The number in "task7", 0 if the text is something else.
int number_in_label(std::string_view text) {
  constexpr std::string_view word = "task";
  int number = 0;
  if (text.starts_with(word))
    std::from_chars(text.data() + word.size(), text.data() + text.size(), number);
  return std::max(number, 0);
}

}  // namespace

EchoLoop::EchoLoop(const ServerOptions& options)
    : options_(options), epoll_(context_, checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
  co_spawn(context_, watch_those_due(), rethrow);
  co_spawn(context_, serve_those_ready(), rethrow);
  co_spawn(context_, drop_idle_connections(), rethrow);
}

void EchoLoop::take(PlainSocket socket) {
  ++open_;
  const Event accepted{0, Step::accepted, Clock::now(), this_thread_id()};
  post(context_, [this, accepted, socket = std::move(socket)]() mutable {
    waiting_.push_back({std::move(socket), accepted, accepted.time + options_.delay});
    waiting_.back().place = std::prev(waiting_.end());
    if (waiting_.size() == 1) next_due_.cancel();  // the wait for nobody
  });
}

// They are due in the order in which they came, since the delay is the same for all.
Awaitable<> EchoLoop::watch_those_due() {
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

Awaitable<> EchoLoop::serve_those_ready() {
  while (true) {
    co_await epoll_.async_wait(epoll_.wait_read, as_awaitable);
    for (const epoll_event& event : take_ready()) serve(*static_cast<Connection*>(event.data.ptr));
  }
}

std::span<const epoll_event> EchoLoop::take_ready() {
  const int count =
      checked(epoll_wait(epoll_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0),
              "epoll_wait");
  return std::span{ready_}.first(static_cast<size_t>(std::max(count, 0)));
}

// The end of file is how a session is meant to end; any other error drops the connection.
void EchoLoop::serve(Connection& connection) try {
  if (connection.unsent.empty())
    echo(connection);
  else
    send_rest(connection);
  watch(connection);
} catch (const std::system_error& error) {
  if (error.code() != asio::error::eof) ++dropped_;
  end(connection);
}

void EchoLoop::end(const Connection& connection) {
  --open_;
  served_.erase(connection.place);
}

void EchoLoop::echo(Connection& connection) {
  const std::string_view bytes{buffer_.data(), connection.socket.read_some(buffer_)};
  if (bytes.empty()) return;
  if (options_.record && !connection.has_echoed) record_first_echo(connection, bytes);
  const size_t sent = connection.socket.write_some(bytes);
  echoed_bytes_ += static_cast<std::int64_t>(bytes.size());
  connection.active_at = Clock::now();
  if (sent < bytes.size()) connection.unsent = bytes.substr(sent);
}

// Reads no more before all of it is sent: a peer that takes nothing fills no memory here.
void EchoLoop::send_rest(Connection& connection) {
  const size_t sent = connection.socket.write_some(connection.unsent);
  if (sent == 0) return;
  connection.active_at = Clock::now();
  connection.unsent.erase(0, sent);
  if (connection.unsent.empty()) connection.unsent.shrink_to_fit();
}

// Asks the kernel to tell when the connection can go on, for as long as it can (level-triggered).
void EchoLoop::watch(Connection& connection) {
  const std::uint32_t awaited = connection.unsent.empty() ? EPOLLIN : EPOLLOUT;
  if (awaited == connection.awaited) return;
  epoll_event event{.events = awaited, .data = {.ptr = &connection}};
  checked(epoll_ctl(epoll_.native_handle(), connection.awaited == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
                    connection.socket.descriptor(), &event),
          "epoll_ctl");
  connection.awaited = awaited;
}

// Called before the echo is sent, so that no client can have read it earlier.
void EchoLoop::record_first_echo(Connection& connection, std::string_view bytes) {
  connection.has_echoed = true;
  const int task = number_in_label(bytes);
  connection.accepted.task = task;
  for (const Event& event :
       {connection.accepted, Event{task, Step::echoed, Clock::now(), this_thread_id()}}) {
    events_.push_back(event);
    if (options_.board && options_.board->has_task(task)) options_.board->put(event);
  }
}

// Closes what has neither sent nor taken a byte for the idle timeout. Looks when the longest idle
// one would be due, but no oftener than sixteen times a timeout, however many connections there
// are.
Awaitable<> EchoLoop::drop_idle_connections() {
  const auto timeout = options_.idle_timeout;
  Timer next_look{context_.get_executor(), Clock::now() + timeout};
  while (true) {
    co_await next_look.async_wait();
    const auto now = Clock::now();
    auto due = now + timeout;
    for (auto connection = served_.begin(); connection != served_.end();) {
      const Connection& looked_at = *connection++;
      if (looked_at.active_at + timeout <= now) {
        ++dropped_;
        end(looked_at);
      } else {
        due = std::min(due, looked_at.active_at + timeout);
      }
    }
    next_look.expires_at(std::max(due, now + timeout / 16));
  }
}

}  // namespace waitbench
