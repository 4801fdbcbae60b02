// The server of the experiment: it waits a fixed delay after accepting, then echoes every byte
// until the peer closes. How it serves many connections at once is its model.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/event_board.hpp"
#include "record/event_log.hpp"
#include "task/workload.hpp"

namespace waitbench {

struct ServerOptions {
  std::string_view model = "coroutines";  // a name in the table of models.hpp
  asio::ip::tcp::endpoint address{asio::ip::address_v4::loopback(), 6142};  // port 0: any free one
  int addresses = 1;         // listen at so many, that one and those after it, all on the same port
  int silent_addresses = 0;  // and at so many after those, where peers can connect: to nobody
  Duration delay = std::chrono::seconds{8};          // from accept to the first echo
  Duration idle_timeout = std::chrono::seconds{60};  // after the delay, without a byte; then drop
  Duration work{};                          // CPU time that each request costs before it is echoed
  int threads = Workload{}.server_threads;  // of the models with a fixed number of them
  bool record = false;                      // keep the events of every connection
  EventBoard* board = nullptr;              // to note the same events on; must outlive the server
};

class Serving;
struct ServerModel;

class DelayedEcho {
 public:
  struct Summary {
    std::int64_t accepted = 0;
    std::int64_t echoed_bytes = 0;
    std::int64_t dropped = 0;  // ended by a reset, an error or the idle timeout
    std::int64_t most_at_once = 0;
  };

  // Binds and listens, so that peers may connect from now on. Throws std::system_error if an
  // address can't be had, RefusalError if the model is not to be had here, and
  // std::invalid_argument if there is none of its name.
  explicit DelayedEcho(const ServerOptions& options);
  ~DelayedEcho();

  // Where it listens, at the first of its addresses: with port 0, the port that the kernel chose.
  asio::ip::tcp::endpoint local_endpoint() const;

  // Serves on this thread, and on others if the model has any. Returns after stop(); connections
  // that are still open then are closed.
  void run();

  // Makes run() return. Any thread may call it at any time, and so may a signal handler.
  void stop();

  // So far. What a connection echoed, and whether it was dropped, counts when it has ended.
  Summary summary() const;

  // When run() has returned, and if asked to record: for each connection that was echoed something,
  // when it was accepted and, right behind that, when its first bytes were echoed, and when the
  // connection was closed. All are of the task whose label ("task7") these bytes are, or of task 0.
  // The connections come in the order of their echoes, so that the events of two with one label
  // stay apart.
  std::vector<Event> events() const;

  // Why the system refused something that the model needed for a connection; empty if it did not.
  std::string refusal() const;

 private:
  void look_for_idle_peers();

  const ServerModel& model_;
  std::unique_ptr<Serving> serving_;
};

}  // namespace waitbench
