// Exercise: compute elsewhere (lesson 8). Each task computes on the loop's only thread, and as long
// as it does, nobody's answer is read and no timer fires.
//
// To reach: c+r+ceil(N/T)k. The loop's thread waits and never computes; T others (options.threads)
//           compute and never wait for the network. task/workers.hpp has such threads.
// Judge:    ./run_all.sh --exercise compute_elsewhere
#include <asio/co_spawn.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

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
