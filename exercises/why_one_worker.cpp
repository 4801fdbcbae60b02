// Exercise: why one worker? (lesson 7). T threads take tasks from a queue, and only one of them
// ever has one. This program compiles, runs, and has one fault: find it.
//
// To reach: ceil(N/T)(c+r+k): T threads (options.threads), each with a task of its own.
// Judge:    ./run_all.sh --exercise why_one_worker
#include <future>
#include <mutex>
#include <queue>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::queue<int> waiting;
  std::mutex mutex;  // for the queue
  for (int id = 1; id <= options.tasks; ++id) waiting.push(id);

  const auto take_tasks = [&] {
    while (true) {
      const std::scoped_lock lock{mutex};
      if (waiting.empty()) return;
      const int id = waiting.front();
      waiting.pop();
      run_blocking_task(id, options, log);
    }
  };
  std::vector<std::future<void>> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.push_back(std::async(std::launch::async, take_tasks));
  for (auto& thread : threads) thread.get();  // rethrows what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
