// Solution: an exception must not leave a thread's function. std::async catches it and keeps it in
// the future, whose get() throws it on the thread that joins. The futures that are left then wait
// for their threads in their destructors, so no task is cut off.
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
