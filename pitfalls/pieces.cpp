// Makes waits, computations, heartbeats and threads for the pitfalls.
#include "pitfalls/pieces.hpp"

#include <algorithm>
#include <asio/this_coro.hpp>
#include <future>
#include <latch>
#include <vector>

#include "task/compute.hpp"

namespace waitbench::pitfalls {

Awaitable<> wait_for(Duration duration) {
  Timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait();
}

void compute(TimeLine& line, Duration duration) {
  const auto computing = line.holding("computing");
  hold_thread_for(duration, ComputeKind::hold);
}

Awaitable<> beat_until(const bool& done, TimeLine& line) {
  Timer timer{co_await asio::this_coro::executor};
  auto due = Clock::now();
  while (true) {
    line.event("heartbeat");
    if (done) co_return;
    while (due <= Clock::now()) due += heartbeat_period;
    timer.expires_at(due);
    co_await timer.async_wait();
  }
}

int heartbeats_missed(const TimeLine& line, std::string_view what) {
  const auto due = static_cast<int>(line.longest(what) / heartbeat_period);
  return std::max(0, due - line.count_during("heartbeat", what));
}

void run_on_threads(asio::io_context& loop, int threads, TimeLine& line, std::string_view name) {
  std::latch all_there{threads};
  const auto run = [&] {
    const auto running = line.running(name);
    all_there.arrive_and_wait();
    loop.run();
  };
  std::vector<std::future<void>> ends;
  for (int i = 1; i < threads; ++i) ends.push_back(std::async(std::launch::async, run));
  run();
  for (auto& end : ends) end.get();
}

}  // namespace waitbench::pitfalls
