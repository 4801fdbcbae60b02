// Exercise: notice the failure (lesson 5). Nobody listens where task 2 connects to, and this client
// ends with status 0 all the same.
//
// To reach: the other tasks finish, and then the client ends with status 1 and a line that names
//           task 2. (client_main makes that of an exception that leaves run_all_tasks.)
// Judge:    ./run_all.sh --exercise notice_the_failure
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, run_task(id, options, log), asio::detached);
  loop.run();
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
