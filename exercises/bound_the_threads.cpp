// Exercise: bound the threads (lesson 7). A thread for each task is as fast as can be, and with ten
// thousand tasks it would be ten thousand threads.
//
// To reach: ceil(N/T)(c+r+k): T threads (options.threads), each of which takes one task after the
//           other, as long as there are any.
// Judge:    ./run_all.sh --exercise bound_the_threads
#include <functional>
#include <future>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<std::future<void>> tasks;
  for (int id = 1; id <= options.tasks; ++id)
    tasks.push_back(
        std::async(std::launch::async, run_blocking_task, id, std::cref(options), std::ref(log)));
  for (auto& task : tasks) task.get();  // rethrows what made the task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
