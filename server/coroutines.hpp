// A coroutine per connection: it waits for the delay, then reads and writes until the peer closes.
// All connections wait at the same time, without a thread.
#pragma once

#include <list>

#include "server/echo_service.hpp"

namespace waitbench {

class CoroutineService : public EchoService {
 public:
  explicit CoroutineService(const ServerOptions& options);

  asio::io_context& context() override { return context_; }
  void take(PlainSocket socket) override;

 private:
  // A connection whose delay is over, for whoever looks for idle ones.
  struct Served {
    Socket& socket;
    Clock::time_point active_at;  // when it last did something
  };

  Awaitable<> serve(Socket socket, Event accepted);
  Awaitable<> echo(Served& served, Event accepted);
  Awaitable<> close_idle_connections();

  std::list<Served> served_;
  asio::io_context context_{1};  // the last: with it go the coroutines that use the rest
};

}  // namespace waitbench
