// Exercise: join all, and fail loudly (lesson 6). Each task has a thread of its own. Nobody listens
// where task 2 connects to, and that ends the whole program, whatever the other threads are doing.
//
// To reach: the other tasks finish, and then the client ends with status 1 and a line that names
//           task 2. (client_main makes that of an exception that leaves run_all_tasks.)
// Judge:    ./run_all.sh --exercise join_and_fail_loudly
#include <functional>
#include <thread>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<std::jthread> threads;
  for (int id = 1; id <= options.tasks; ++id)
    threads.emplace_back(run_blocking_task, id, std::cref(options), std::ref(log));
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
