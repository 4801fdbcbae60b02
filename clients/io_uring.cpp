// io_uring: the coroutine of async_single_thread, unchanged, on Asio's io_uring backend: operations
// are handed to the kernel in batches and come back completed, where with epoll sockets come back
// ready. Built where liburing is.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <asio/co_spawn.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/loops/uring.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  Uring{};  // better refused once than by the first task
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id) co_spawn(loop, run_task(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
