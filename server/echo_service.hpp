// What a thread of the server runs, whatever the server's model: an event loop, and the connections
// that were given to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "record/event_log.hpp"
#include "server/delayed_echo.hpp"
#include "support/plain_socket.hpp"
#include "task/asio_types.hpp"

namespace waitbench {

class EchoService {
 public:
  explicit EchoService(const ServerOptions& options) : options_(options) {}
  EchoService(const EchoService&) = delete;
  EchoService& operator=(const EchoService&) = delete;
  virtual ~EchoService() = default;

  virtual asio::io_context& context() = 0;

  // Takes over a connection that was just accepted: echoes nothing before the delay is over, and
  // then every byte, until the peer closes or is idle for too long. Any thread may call it.
  virtual void take(PlainSocket socket) = 0;

  // How many connections it has now. Any thread may ask.
  std::int64_t open() const { return open_; }

  // When the loop has ended.
  std::int64_t echoed_bytes() const { return echoed_bytes_; }
  std::int64_t dropped() const { return dropped_; }
  std::span<const Event> events() const { return events_; }

 protected:
  const ServerOptions& options() const { return options_; }

  void count_taken() { ++open_; }
  void count_ended(bool dropped) {
    --open_;
    dropped_ += dropped ? 1 : 0;
  }
  void count_echoed(size_t bytes) { echoed_bytes_ += static_cast<std::int64_t>(bytes); }

  // Called with a connection's first bytes before their echo is sent, so that no client can have
  // read it earlier. The task is the number in the label that they begin with.
  void record_first_echo(Event accepted, std::string_view bytes);

 private:
  ServerOptions options_;
  std::atomic<std::int64_t> open_ = 0;
  std::int64_t echoed_bytes_ = 0;
  std::int64_t dropped_ = 0;
  std::vector<Event> events_;
};

// The service of the model that `options` name.
std::unique_ptr<EchoService> make_service(const ServerOptions& options);

}  // namespace waitbench
