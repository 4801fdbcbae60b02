// An event loop on epoll, by hand: the floor for what one thread can serve.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <list>
#include <span>
#include <string>

#include "server/echo_service.hpp"

namespace waitbench {

// Asio's loop does what comes seldom: timers, signals, stopping. Of the connections it watches one
// epoll descriptor, ready when any of them is, and the kernel then names up to 128 that are. To
// wait for each through Asio costs a system call more per message (1.22), a tenth of the server's
// time.
class EpollService : public EchoService {
 public:
  explicit EpollService(const ServerOptions& options);

  asio::io_context& context() override { return context_; }
  void take(PlainSocket socket) override;

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
  void end(const Connection& connection, bool dropped);
  void watch(Connection& connection);
  std::span<const epoll_event> take_ready();

  asio::io_context context_{1};
  Timer next_due_{context_.get_executor()};  // when the delay of the first of those waiting ends
  asio::posix::basic_stream_descriptor<Executor> epoll_;
  std::array<epoll_event, 128> ready_{};
  std::array<char, 65536> buffer_{};  // for all connections: no one keeps anything in it
  Connections waiting_;               // for the end of their delay, in that order
  Connections served_;
};

}  // namespace waitbench
