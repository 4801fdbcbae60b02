// io_uring: the coroutine of async_single_thread, unchanged, on Asio's io_uring backend: operations
// are handed to the kernel in batches and come back completed, where with epoll sockets come back
// ready. Built where liburing is.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <liburing.h>

#include <asio/co_spawn.hpp>
#include <system_error>

#include "record/ending.hpp"
#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

// Containers and administrators often forbid it; better told once than by the first task.
void ask_the_kernel_for_io_uring() {
  io_uring ring;
  const int error = -io_uring_queue_init(1, &ring, 0);
  if (error != 0)
    throw RefusalError{"no io_uring from this kernel: " + std::system_category().message(error)};
  io_uring_queue_exit(&ring);
}

void run_all_tasks(const Options& options, EventLog& log) {
  ask_the_kernel_for_io_uring();
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id) co_spawn(loop, run_task(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
