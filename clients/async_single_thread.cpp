// Async on one thread: all tasks wait at the same time, and compute in turn, since computing keeps
// the only thread there is.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <asio/co_spawn.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id) co_spawn(loop, run_task(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
