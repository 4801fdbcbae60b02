// Solution: a blocking call needs a thread that may block. The coroutine goes there for the call
// and comes back for the rest, which so runs on the loop's thread alone, and what it works on needs
// no lock.
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "task/blocking.hpp"
#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/workers.hpp"

namespace waitbench {

Awaitable<> fetch_and_compute(int id, const Options& options, EventLog& log, Executor bridge) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(bridge, as_awaitable));  // goes on on a thread that may block
  fetch_blocking(id, options, log);
  co_await post(bind_executor(loop, as_awaitable));  // and comes back
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  Workers bridge{options.threads};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, fetch_and_compute(id, options, log, bridge.executor()), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
