// Solution: a queue is as little as a number, that of the next task, which each thread draws when
// it is free. It is atomic, so that no two threads draw the same. (clients/thread_pool.cpp has a
// real queue, for tasks that are not all alike.)
#include <atomic>
#include <future>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::atomic<int> next = 1;
  const auto take_tasks = [&] {
    for (int id = next++; id <= options.tasks; id = next++) run_blocking_task(id, options, log);
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
