// Async with offloading: one thread waits for everything, and a pool of several computes. The loop
// is never held up, so each reply is read when it comes; computing it waits for a thread of the
// pool. One thread more than async on several threads, and no task's wait ever hides behind
// another's computing.
// Predicted: c+r+ceil(N/T)k, 14 s for the three default tasks.
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/workers.hpp"

namespace waitbench {

Awaitable<> fetch_then_offload(int id, const Options& options, EventLog& log, Executor pool) {
  co_await fetch(id, options, log);
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread of the pool
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  Workers pool{options.threads};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, as_task(id, options, fetch_then_offload(id, options, log, pool.executor())),
             rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
