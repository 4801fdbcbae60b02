// Sequential: one thread blocks its way through the tasks, one after the other. Nothing overlaps.
// Predicted: N(c+r+k), 42 s for the three default tasks.
#include "task/arriving.hpp"
#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  for (const int id : arriving(options)) run_blocking_task(id, options, log);
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
