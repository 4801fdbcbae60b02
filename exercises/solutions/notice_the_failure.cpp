// Solution: what leaves a coroutine goes to its completion handler, and `detached` is one that
// drops it. This one keeps the first failure. To throw in it would be too early: run() would throw
// while the other tasks are still under way, and nobody would run the loop for them.
#include <asio/co_spawn.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  std::exception_ptr first_failure;
  const auto keep_failure = [&](std::exception_ptr failure) {
    if (failure && !first_failure) first_failure = failure;
  };
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, run_task(id, options, log), keep_failure);
  loop.run();
  rethrow(first_failure);
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
