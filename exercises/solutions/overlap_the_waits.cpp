// Solution: the task as a coroutine gives its thread back wherever it waits, and the loop resumes
// whichever can go on. All are spawned before the loop runs, so all of them wait at the same time;
// computing has no co_await in it, so it still comes in turn.
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
