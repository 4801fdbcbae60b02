// Solution: a coroutine that is called has not begun; somebody has to start it. `a && b` starts
// both, and is one thing to await that is done when both are. So a range of fetches is the join of
// its halves.
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <numeric>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

Awaitable<> fetch_all(int first, int last, const Options& options, EventLog& log) {
  using namespace asio::experimental::awaitable_operators;  // for one thread, or one strand
  if (first == last) return fetch(first, options, log);
  const int middle = std::midpoint(first, last);
  return fetch_all(first, middle, options, log) && fetch_all(middle + 1, last, options, log);
}

Awaitable<> fetch_all_then_compute(const Options& options, EventLog& log) {
  co_await fetch_all(1, options.tasks, options, log);
  for (int id = 1; id <= options.tasks; ++id) compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  co_spawn(loop, fetch_all_then_compute(options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
