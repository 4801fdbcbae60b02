// Solution: the future that std::async gives waits in its destructor for the thread. Within the
// loop's body it was destroyed before the next one began. Kept until all have begun, the futures
// are asked afterwards; and get() throws what a task threw, which the destructor had dropped.
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
