// Exercise: start all, then await all (lesson 4). It looks as if the first loop started every
// fetch, and the second only waited for what is under way. Yet it takes N(c+r+k).
//
// To reach: c+r+Nk with one thread: every fetch is under way at the same time. The tasks compute in
//           the order of their numbers, when all of them have been fetched or before.
// Judge:    ./run_all.sh --exercise start_then_await
#include <asio/co_spawn.hpp>
#include <vector>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

Awaitable<> fetch_all_then_compute(const Options& options, EventLog& log) {
  std::vector<Awaitable<>> fetches;
  for (int id = 1; id <= options.tasks; ++id) fetches.push_back(fetch(id, options, log));

  for (int id = 1; id <= options.tasks; ++id) {
    co_await std::move(fetches[static_cast<size_t>(id - 1)]);
    compute(id, options, log);
  }
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  co_spawn(loop, fetch_all_then_compute(options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
