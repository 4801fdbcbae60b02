// Exercise: limit the wait (lesson 8). The peer that task 2 connects to never answers. Nothing is
// wrong with the connection, so no error comes, and the client never ends.
//
// To reach: the other tasks finish undisturbed, c+r+Nk with one thread; task 2 gives up when it has
//           waited for `patience`, and then the client ends with status 1 and a line that names it.
// Judge:    ./run_all.sh --exercise limit_the_wait
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

[[maybe_unused]] constexpr std::chrono::seconds patience{2};

// Gives the thread back for `duration`.
Awaitable<> wait_for(Duration duration) {
  Timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait();
}

Awaitable<> fetch_and_compute(int id, const Options& options, EventLog& log) {
  co_await fetch(id, options, log);
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, fetch_and_compute(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
