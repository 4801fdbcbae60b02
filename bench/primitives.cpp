// What one record, one thread, one coroutine, one switch costs: the prices behind the models.
#include <benchmark/benchmark.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "experiment/awaitable.hpp"
#include "experiment/event_log.hpp"
#include "server/delayed_echo.hpp"

namespace waitbench {
namespace {

// --- Recording
// ------------------------------------------------------------------------------------

void record_an_event(benchmark::State& state) {
  EventLog log{1};
  for (auto _ : state) log.record(1, Step::read);
}
BENCHMARK(record_an_event);

// --- Starting something, and waiting until it is done
// ---------------------------------------------

void create_and_join_a_thread(benchmark::State& state) {
  for (auto _ : state) std::thread{[] {}}.join();
}
BENCHMARK(create_and_join_a_thread)->UseRealTime();

Awaitable<> do_nothing() {
  co_return;
}

void spawn_and_join_a_coroutine(benchmark::State& state) {
  asio::io_context loop{1};
  for (auto _ : state) {
    co_spawn(loop, do_nothing(), rethrow);
    loop.run();
    loop.restart();
  }
}
BENCHMARK(spawn_and_join_a_coroutine);

// --- Switching there and back: two switches an iteration
// ------------------------------------------

// Lets whoever else is ready run first.
Awaitable<> yield_until(const bool& done) {
  while (!done) co_await asio::post(use_awaitable);
}

Awaitable<> measure_yields(benchmark::State& state, bool& done) {
  for (auto _ : state) co_await asio::post(use_awaitable);
  done = true;
}

void switch_between_coroutines_and_back(benchmark::State& state) {
  asio::io_context loop{1};
  bool done = false;
  co_spawn(loop, yield_until(done), rethrow);
  co_spawn(loop, measure_yields(state, done), rethrow);
  loop.run();
}
BENCHMARK(switch_between_coroutines_and_back);

// Whose turn it is, for two threads that wait for each other.
class Turn {
 public:
  void give_to(int thread) {
    {
      const std::lock_guard lock{mutex_};
      turn_ = thread;
    }
    changed_.notify_one();
  }

  void wait_for(int thread) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return turn_ == thread; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int turn_ = 1;
};

void hand_over_between_threads_and_back(benchmark::State& state) {
  Turn turn;
  bool done = false;  // changes hands with the turn
  std::thread other{[&] {
    for (turn.wait_for(2); !done; turn.wait_for(2)) turn.give_to(1);
  }};
  for (auto _ : state) {
    turn.give_to(2);
    turn.wait_for(1);
  }
  done = true;
  turn.give_to(2);
  other.join();
}
BENCHMARK(hand_over_between_threads_and_back)->UseRealTime();

// --- A round trip to an echo server on loopback, 64 bytes
// -----------------------------------------

using Message = std::array<char, 64>;

// An echo server without delay, on a thread of its own, for as long as this lives.
class EchoInBackground {
 public:
  EchoInBackground() : server_({.address = {asio::ip::address_v4::loopback(), 0}, .delay = {}}) {}
  ~EchoInBackground() { server_.stop(); }

  asio::ip::tcp::endpoint endpoint() const { return server_.local_endpoint(); }

 private:
  DelayedEcho server_;
  std::jthread thread_{[this] { server_.run(); }};  // last: joined before the server goes
};

void round_trip_blocking(benchmark::State& state) {
  const EchoInBackground server;
  asio::io_context context;  // that the socket belongs to; nobody runs it
  Socket socket{context};
  socket.connect(server.endpoint());
  Message message{};
  for (auto _ : state) {
    write(socket, asio::buffer(message));
    read(socket, asio::buffer(message));
  }
}
BENCHMARK(round_trip_blocking)->UseRealTime();

Awaitable<> measure_round_trips(benchmark::State& state, Socket& socket) {
  Message message{};
  for (auto _ : state) {
    co_await async_write(socket, asio::buffer(message), use_awaitable);
    co_await async_read(socket, asio::buffer(message), use_awaitable);
  }
}

void round_trip_async(benchmark::State& state) {
  const EchoInBackground server;
  asio::io_context loop{1};
  Socket socket{loop};
  socket.connect(server.endpoint());
  co_spawn(loop, measure_round_trips(state, socket), rethrow);
  loop.run();
}
BENCHMARK(round_trip_async)->UseRealTime();

}  // namespace
}  // namespace waitbench

BENCHMARK_MAIN();
