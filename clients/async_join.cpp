// Async, joined: the tasks are one value that is awaited once, where the other async models spawn
// an open-ended collection of them. A join is of two (a join of a range needs Asio 1.25), so a
// range of tasks is the join of its halves. What makes a task fail comes out of the one co_await.
// Predicted: c+r+ceil(N/T)k, 14 s for the three default tasks.
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/parallel_group.hpp>
#include <future>
#include <numeric>
#include <vector>

#include "support/versions.hpp"
#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

// Nobody cancels a join. Asio (1.22) would prepare for it after the parts have been started, when
// on another thread they may have ended already: a race.
auto uncancelled() {
  return bind_cancellation_slot(asio::cancellation_slot{}, as_awaitable);
}

// Both at the same time. Waits for both even if one fails: Asio's `a && b` would cancel the other,
// which on several threads is a race unless both share a strand, and so compute in turn.
Awaitable<> both(Awaitable<> a, Awaitable<> b) {
  using namespace asio::experimental;
  const auto executor = co_await asio::this_coro::executor;
  const auto [order, error_a, error_b] =
      co_await make_parallel_group(co_spawn(executor, std::move(a), deferred),
                                   co_spawn(executor, std::move(b), deferred))
          .async_wait(wait_for_all{}, uncancelled());
  rethrow(error_a);
  rethrow(error_b);
}

Awaitable<> run_tasks(int first, int last, const Options& options, EventLog& log) {
  if (first == last) return run_task(first, options, log);
  const int middle = std::midpoint(first, last);
  return both(run_tasks(first, middle, options, log), run_tasks(middle + 1, last, options, log));
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{options.threads};
  co_spawn(loop, run_tasks(1, options.tasks, options, log), rethrow);
  std::vector<std::future<size_t>> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.push_back(std::async(std::launch::async, [&] { return loop.run(); }));
  for (auto& thread : threads) thread.get();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
