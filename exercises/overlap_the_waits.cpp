// Exercise: overlap the waits (lesson 2). One thread blocks its way through the tasks, one after
// the other, which takes N(c+r+k).
//
// To reach: c+r+Nk, still with one thread. All tasks wait at the same time, and compute in turn.
// Judge:    ./run_all.sh --exercise overlap_the_waits
#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  for (int id = 1; id <= options.tasks; ++id) run_blocking_task(id, options, log);
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
