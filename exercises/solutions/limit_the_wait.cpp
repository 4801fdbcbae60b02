// Solution: `a || b` starts both, goes on when the first has succeeded, and cancels the other; what
// it gives back tells which it was. The limit is on the fetch alone: a timer can't interrupt what
// computes, least of all on the same thread. (A fetch that fails is no success, so `||` waits for
// the timer then, and blames the silence. Who wants to tell the two apart catches in between.)
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/this_coro.hpp>
#include <stdexcept>
#include <string>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

constexpr std::chrono::seconds patience{2};

// Gives the thread back for `duration`.
Awaitable<> wait_for(Duration duration) {
  Timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait();
}

Awaitable<> fetch_and_compute(int id, const Options& options, EventLog& log) {
  using namespace asio::experimental::awaitable_operators;  // for one thread, or one strand
  const auto first = co_await (fetch(id, options, log) || wait_for(patience));
  if (first.index() == 1)
    throw std::runtime_error("task " + std::to_string(id) + ": no answer within 2 s");
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, fetch_and_compute(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
