// Exercise: why does only one compute? (lesson 8). A loop hands computing over to T other threads,
// and still one task computes at a time. This program compiles, runs, and has one fault: find it.
//
// To reach: c+r+ceil(N/T)k: the loop's thread waits, and T others (options.threads) compute at the
//           same time.
// Judge:    ./run_all.sh --exercise why_one_computes
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/workers.hpp"

namespace waitbench {

Awaitable<> fetch_then_compute(int id, const Options& options, EventLog& log, Executor pool) {
  co_await fetch(id, options, log);
  const auto on_the_pool = [&] { compute(id, options, log); };
  post(pool, asio::use_future(on_the_pool)).get();  // throws what makes computing fail
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
