// Solution: the lock was held until the end of the loop's body, and so while the task ran. It is
// for the queue alone: a function that takes a task gives it up when it returns.
#include <future>
#include <mutex>
#include <optional>
#include <queue>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::queue<int> waiting;
  std::mutex mutex;  // for the queue
  for (int id = 1; id <= options.tasks; ++id) waiting.push(id);

  const auto take_one = [&]() -> std::optional<int> {
    const std::scoped_lock lock{mutex};
    if (waiting.empty()) return std::nullopt;
    const int id = waiting.front();
    waiting.pop();
    return id;
  };
  const auto take_tasks = [&] {
    while (const auto id = take_one()) run_blocking_task(*id, options, log);
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
