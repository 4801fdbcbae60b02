// Async with a loop per thread: the tasks are dealt out to several threads beforehand, and each
// waits for its own on a loop of its own. The threads share nothing, so none can help another.
// Predicted: c+r+ceil(N/T)k, 14 s for the three default tasks.
#include <asio/co_spawn.hpp>
#include <future>
#include <vector>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

size_t run_every(int step, int first, const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = first; id <= options.tasks; id += step)
    co_spawn(loop, run_task(id, options, log), rethrow);
  return loop.run();
}

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<std::future<size_t>> threads;
  for (int i = 1; i <= options.threads; ++i)
    threads.push_back(std::async(std::launch::async,
                                 [&, i] { return run_every(options.threads, i, options, log); }));
  for (auto& thread : threads) thread.get();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
