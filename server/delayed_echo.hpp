// The server of the experiment: it waits a fixed delay after accepting, then echoes every byte
// until the peer closes. All connections at once, on one thread or several. What serves them is the
// server's model.
#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

#include "record/event_board.hpp"
#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/workload.hpp"

namespace waitbench {

// How connections are served.
enum class ServerModel {
  coroutines,  // a coroutine per connection
  epoll,       // an event loop by hand
};

struct ServerOptions {
  ServerModel model = ServerModel::coroutines;
  asio::ip::tcp::endpoint address{asio::ip::address_v4::loopback(), 6142};  // port 0: any free one
  int addresses = 1;         // listen at so many, that one and those after it, all on the same port
  int silent_addresses = 0;  // and at so many after those, where peers can connect: to nobody
  Duration delay = std::chrono::seconds{8};          // from accept to the first echo
  Duration idle_timeout = std::chrono::seconds{60};  // after the delay, without a byte; then drop
  int threads = 1;
  bool record = false;          // keep the events of every connection
  EventBoard* board = nullptr;  // to note the same events on; must outlive the server
};

// What a thread runs: an event loop and the connections that were given to it.
class EchoService;

class DelayedEcho {
 public:
  struct Summary {
    std::int64_t accepted = 0;
    std::int64_t echoed_bytes = 0;
    std::int64_t dropped = 0;  // ended by a reset, an error or the idle timeout
    std::int64_t most_at_once = 0;
  };

  // Binds and listens, so that peers may connect from now on. Throws std::system_error if an
  // address can't be had.
  explicit DelayedEcho(const ServerOptions& options);
  ~DelayedEcho();

  // Where it listens, at the first of its addresses: with port 0, the port that the kernel chose.
  asio::ip::tcp::endpoint local_endpoint() const;

  // The loop of the thread that calls run(): for whatever else that thread should watch, signals
  // say.
  asio::io_context& context();

  // Serves on this thread and options.threads - 1 others. Returns after stop(); connections that
  // are still open then are closed.
  void run();

  // Makes run() return. Any thread may call it, at any time.
  void stop();

  // Call these when run() has returned. `events` holds, if asked to record, for each connection
  // when it was accepted and when its first bytes were echoed, under the number in the label
  // ("task7") that came first; 0 where no such label came. Ordered by time.
  Summary summary() const;
  std::vector<Event> events() const;

 private:
  using Acceptor = Token::as_default_on_t<asio::basic_socket_acceptor<asio::ip::tcp, Executor>>;

  Awaitable<> accept_connections(Acceptor& acceptor);
  std::error_code accept_waiting(Acceptor& acceptor);
  EchoService& next_service();
  void count_accepted();

  std::vector<std::unique_ptr<EchoService>> services_;
  size_t next_ = 0;                  // of the services
  std::vector<Acceptor> acceptors_;  // one per address, the silent ones last
  std::int64_t accepted_ = 0;
  std::int64_t most_at_once_ = 0;
};

}  // namespace waitbench
