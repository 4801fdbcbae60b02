// Async on several threads: all tasks wait at the same time, without a thread, and compute at the
// same time, as many as there are threads.
// Predicted: c+r+ceil(N/T)k, 14 s for the three default tasks.
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
  for (auto& thread : threads) thread.get();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
