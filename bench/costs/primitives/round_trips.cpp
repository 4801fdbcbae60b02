// Measures the round trip of 64 bytes to an echo server on loopback, with both ends on one core and
// on two.
#include <benchmark/benchmark.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <cstdlib>
#include <exception>
#include <thread>

#include "bench/costs/primitives/cores.hpp"
#include "server/serving/delayed_echo.hpp"
#include "support/program.hpp"
#include "task/asio_types.hpp"

namespace waitbench {
namespace {

using Message = std::array<char, 64>;

// An echo server without delay, on a thread of its own, for as long as this lives.
class EchoOnCore {
 public:
  explicit EchoOnCore(int core)
      : server_({.address = {asio::ip::address_v4::loopback(), 0}, .delay = {}}),
        thread_(start_thread_on(core, [this] { serve(); })) {}
  EchoOnCore(const EchoOnCore&) = delete;
  EchoOnCore& operator=(const EchoOnCore&) = delete;
  ~EchoOnCore() { server_.stop(); }

  asio::ip::tcp::endpoint endpoint() const { return server_.local_endpoint(); }

 private:
  // Without a server, whoever measures would wait for an answer for ever.
  void serve() {
    try {
      server_.run();
    } catch (const std::exception& error) {
      tell_error("primitives", error.what());
      std::_Exit(exit_failed);
    }
  }

  DelayedEcho server_;
  std::jthread thread_;  // last: joined before the server goes
};

void round_trip_blocking(benchmark::State& state, Placement placement) {
  const auto cores = choose_cores(state, placement);
  if (!cores) return;
  const PinnedTo here{cores->here};
  const EchoOnCore server{cores->there};
  asio::io_context context;  // that the socket belongs to; nobody runs it
  Socket socket{context};
  socket.connect(server.endpoint());
  Message message{};
  for (auto _ : state) {
    write(socket, asio::buffer(message));
    read(socket, asio::buffer(message));
  }
}
BENCHMARK_CAPTURE(round_trip_blocking, same_core, Placement::same_core)->UseRealTime();
BENCHMARK_CAPTURE(round_trip_blocking, two_cores, Placement::two_cores)->UseRealTime();

Awaitable<> measure_round_trips(benchmark::State& state, Socket& socket) {
  Message message{};
  for (auto _ : state) {
    co_await async_write(socket, asio::buffer(message));
    co_await async_read(socket, asio::buffer(message));
  }
}

void round_trip_async(benchmark::State& state, Placement placement) {
  const auto cores = choose_cores(state, placement);
  if (!cores) return;
  const PinnedTo here{cores->here};
  const EchoOnCore server{cores->there};
  asio::io_context loop{1};
  Socket socket{loop};
  socket.connect(server.endpoint());
  co_spawn(loop, measure_round_trips(state, socket), rethrow);
  loop.run();
}
BENCHMARK_CAPTURE(round_trip_async, same_core, Placement::same_core)->UseRealTime();
BENCHMARK_CAPTURE(round_trip_async, two_cores, Placement::two_cores)->UseRealTime();

}  // namespace
}  // namespace waitbench
