// Solution: a task that waits needs no thread, so four are enough to wait for a thousand; and as
// all four run the same loop, whichever is free computes what is ready. No queue of its own, no
// thread that only waits.
#include <asio/co_spawn.hpp>
#include <future>
#include <vector>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{options.threads};
  for (int id = 1; id <= options.tasks; ++id) co_spawn(loop, run_task(id, options, log), rethrow);
  std::vector<std::future<size_t>> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.push_back(std::async(std::launch::async, [&] { return loop.run(); }));
  for (auto& thread : threads) thread.get();  // rethrows what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
