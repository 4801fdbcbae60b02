// Async, serial: each task is awaited before the next one starts. Async code, and sequential all
// the same: while a task waits, its thread is free, but nobody has given it anything else to do.
// Predicted: N(c+r+k), 42 s for the three default tasks.
#include <asio/co_spawn.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

Awaitable<> run_in_turn(const Options& options, EventLog& log) {
  for (int id = 1; id <= options.tasks; ++id) co_await run_task(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  co_spawn(loop, run_in_turn(options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
