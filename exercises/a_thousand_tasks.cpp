// Exercise: a thousand tasks (lesson 10). With a thread for each it takes c+r+k, and a thousand
// threads.
//
// To reach: c+r+ceil(N/T)k within 5 %, with no more than T threads (options.threads, here four) in
//           all: they wait for all thousand tasks at the same time, and all of them compute.
// Judge:    ./run_all.sh --exercise a_thousand_tasks
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
