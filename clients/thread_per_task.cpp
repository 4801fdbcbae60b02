// Thread per task: each task blocks a thread of its own. Waiting and computing both overlap, at the
// price of a thread per task.
// Predicted: c+r+k, 14 s for the three default tasks.
#include <functional>
#include <future>
#include <vector>

#include "task/arriving.hpp"
#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<std::future<void>> tasks;
  for (const int id : arriving(options))
    tasks.push_back(
        std::async(std::launch::async, run_blocking_task, id, std::cref(options), std::ref(log)));
  for (auto& task : tasks) task.get();  // rethrows what made the task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
