// Measures what an event loop on one thread takes to pass on a function, a turn, a timer and a
// value.
#include <benchmark/benchmark.h>

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "bench/costs/primitives/rows.hpp"
#include "support/child_process.hpp"
#include "support/diagnosis/stall_detector.hpp"
#include "task/asio_types.hpp"

namespace waitbench {
namespace {

void do_nothing() {}

// --- Functions -----------------------------------------------------------------------------------

void post_a_function(benchmark::State& state) {
  asio::io_context loop{1};
  const auto stays_open = make_work_guard(loop);
  for (auto _ : state) {
    post(loop, do_nothing);
    loop.run_one();
  }
}
BENCHMARK(post_a_function);

// The same for whom a stall detector watches. Its heartbeats, two an hour here, don't count.
void post_a_named_function(benchmark::State& state) {
  asio::io_context loop{1};
  const auto stays_open = make_work_guard(loop);
  StallDetector detector{loop, std::chrono::hours{2}};
  loop.run_one();  // its first heartbeat
  for (auto _ : state) {
    post(loop, detector.named("nothing", do_nothing));
    loop.run_one();
  }
}
BENCHMARK(post_a_named_function);

// The same in a program that pending_operations.hpp keeps track of: a child, since Asio is built
// with that or without.
void post_a_tracked_function(benchmark::State& state) {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto count = state.max_iterations;
  while (state.KeepRunningBatch(count)) {
    ChildProcess child{{beside / "tracked_post", std::to_string(count)}};
    child.wait({.deadline = Clock::now() + std::chrono::minutes{1}});
    if (!child.succeeded()) throw std::runtime_error("tracked_post: " + child.ending());
    state.SetIterationTime(std::stod(child.standard_output()));
  }
}
BENCHMARK(post_a_tracked_function)->UseManualTime();

void hand_over_by_strand(benchmark::State& state) {
  asio::io_context loop{1};
  const auto stays_open = make_work_guard(loop);
  const auto strand = make_strand(loop);
  for (auto _ : state) {
    post(strand, do_nothing);
    loop.run_one();
  }
}
BENCHMARK(hand_over_by_strand);

// Due at once: what is left is the price of the timer itself.
void arm_a_timer_until_it_fires(benchmark::State& state) {
  asio::io_context loop{1};
  Timer timer{loop};
  for (auto _ : state) {
    timer.expires_after(Duration::zero());
    timer.async_wait([](const asio::error_code&) {});
    loop.run();
    loop.restart();
  }
}
BENCHMARK(arm_a_timer_until_it_fires)->UseRealTime();

// --- Coroutines ----------------------------------------------------------------------------------

// Lets whoever else is ready run first.
Awaitable<> yield_until(const bool& done) {
  while (!done) co_await asio::post(as_awaitable);
}

Awaitable<> measure_yields(benchmark::State& state, bool& done) {
  for (auto _ : state) co_await asio::post(as_awaitable);
  done = true;
}

void switch_between_coroutines_and_back(benchmark::State& state) {
  asio::io_context loop{1};
  bool done = false;
  co_spawn(loop, yield_until(done), rethrow);
  co_spawn(loop, measure_yields(state, done), rethrow);
  loop.run();
  count_there_and_back(state);
}
BENCHMARK(switch_between_coroutines_and_back);

// Holds no value: each waits for the other.
using Channel = asio::experimental::channel<Executor, void(asio::error_code, int)>;

// Returns when it received a zero.
Awaitable<> receive_values(Channel& channel) {
  int value = 1;
  while (value != 0) value = co_await channel.async_receive(as_awaitable);
}

Awaitable<> measure_sends(benchmark::State& state, Channel& channel) {
  for (auto _ : state) co_await channel.async_send({}, 1, as_awaitable);
  co_await channel.async_send({}, 0, as_awaitable);
}

void hand_over_by_channel(benchmark::State& state) {
  asio::io_context loop{1};
  Channel channel{loop};
  co_spawn(loop, receive_values(channel), rethrow);
  co_spawn(loop, measure_sends(state, channel), rethrow);
  loop.run();
}
BENCHMARK(hand_over_by_channel);

}  // namespace
}  // namespace waitbench
