// Exercise: why in turn? (lesson 6). Each task is given a thread of its own, and still they run one
// after the other. This program compiles, runs, and has one fault: find it.
//
// To reach: c+r+k: all tasks wait and compute at the same time, each on its own thread.
// Judge:    ./run_all.sh --exercise why_in_turn
#include <functional>
#include <future>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  for (int id = 1; id <= options.tasks; ++id) {
    const std::future<void> task =
        std::async(std::launch::async, run_blocking_task, id, std::cref(options), std::ref(log));
  }
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
