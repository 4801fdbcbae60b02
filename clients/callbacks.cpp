// Callbacks: each operation is given a function to call when it has completed, which starts the
// next one. All tasks wait at the same time on one thread, as with async/await, which replaced this
// form: read task/callbacks.cpp beside task/coroutine.cpp. Predicted: c+r+Nk, 22 s for
// the three default tasks.
#include "task/callbacks.hpp"

#include <memory>

#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    std::make_shared<CallbackTask>(loop, id, options, log)->start(rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
