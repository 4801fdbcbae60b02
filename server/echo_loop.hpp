// What a thread of the server runs: an event loop and the connections that were given to it.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <atomic>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/event_log.hpp"
#include "server/delayed_echo.hpp"
#include "support/plain_socket.hpp"
#include "task/asio_types.hpp"

namespace waitbench {

// Asio's loop does what comes seldom: timers, signals, stopping. Of the connections it watches one
// epoll descriptor, ready when any of them is, and the kernel then names up to 128 that are. To
// wait for each through Asio costs a system call more a message (1.22), a tenth of the server's
// time.
class EchoLoop {
 public:
  explicit EchoLoop(const ServerOptions& options);

  asio::io_context& context() { return context_; }

  // Takes over a connection that was just accepted: echoes nothing before the delay is over, and
  // then every byte, until the peer closes or is idle for too long. Any thread may call it.
  void take(PlainSocket socket);

  // How many connections it has now. Any thread may ask.
  std::int64_t open() const { return open_; }

  // When the loop has ended.
  std::int64_t echoed_bytes() const { return echoed_bytes_; }
  std::int64_t dropped() const { return dropped_; }
  std::span<const Event> events() const { return events_; }

 private:
  struct Connection;
  using Connections = std::list<Connection>;

  struct Connection {
    PlainSocket socket;
    Event accepted;
    Clock::time_point active_at;  // when it last did something; at first, the end of its delay
    bool has_echoed = false;
    std::string unsent;         // what the system would not take yet
    std::uint32_t awaited = 0;  // what the kernel is to tell of: EPOLLIN, EPOLLOUT or, at first, 0
    Connections::iterator place{};  // of this one
  };

  Awaitable<> watch_those_due();
  Awaitable<> serve_those_ready();
  Awaitable<> drop_idle_connections();
  void serve(Connection& connection);
  void echo(Connection& connection);
  void send_rest(Connection& connection);
  void end(const Connection& connection);
  void watch(Connection& connection);
  std::span<const epoll_event> take_ready();
  void record_first_echo(Connection& connection, std::string_view bytes);

  ServerOptions options_;
  asio::io_context context_{1};
  Timer next_due_{context_.get_executor()};  // when the delay of the first of those waiting ends
  asio::posix::basic_stream_descriptor<Executor> epoll_;
  std::array<epoll_event, 128> ready_{};
  std::array<char, 65536> buffer_{};  // for all connections: no one keeps anything in it
  Connections waiting_;               // for the end of their delay, in that order
  Connections served_;
  std::atomic<std::int64_t> open_ = 0;
  std::int64_t echoed_bytes_ = 0;
  std::int64_t dropped_ = 0;
  std::vector<Event> events_;
};

}  // namespace waitbench
