// Solution: get() of a future blocks the loop's thread until that task has computed, and nobody
// else can hand anything over meanwhile. co_await gives the thread back instead; bound to the pool,
// the coroutine goes on there and computes.
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/workers.hpp"

namespace waitbench {

Awaitable<> fetch_then_compute(int id, const Options& options, EventLog& log, Executor pool) {
  co_await fetch(id, options, log);
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread of the pool
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  Workers pool{options.threads};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, fetch_then_compute(id, options, log, pool.executor()), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
