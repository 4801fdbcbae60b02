// Exercise: bridge a blocking call (lesson 9). fetch_blocking stands for a library that knows
// nothing of async. Called in a coroutine, it keeps the loop's only thread, and every other task
// waits.
//
// To reach: c+r+Nk. Threads of their own (options.threads, task/workers.hpp) make the calls,
//           all at the same time; computing stays on the loop's thread, one after the other.
// Judge:    ./run_all.sh --exercise bridge_a_blocking_call
#include <asio/co_spawn.hpp>

#include "task/blocking.hpp"
#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

Awaitable<> fetch_and_compute(int id, const Options& options, EventLog& log) {
  fetch_blocking(id, options, log);
  compute(id, options, log);
  co_return;
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
