// Exercise: wait for all at once (lesson 3). The tasks are machines that never wait themselves, but
// this loop takes them one after the other, and waits for each one's timer or socket alone.
//
// To reach: c+r+Nk with one thread and no coroutines. One call of poll waits for all sockets and
//           for the next timer, and the thread sleeps in it: asking again and again is no waiting.
// Judge:    ./run_all.sh --exercise wait_for_all_at_once
#include <poll.h>

#include <thread>

#include "task/client_main.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

void wait_for(const TaskMachine& task) {
  if (task.awaits() == Awaits::time) return std::this_thread::sleep_until(task.wakes_at());
  const short events = task.awaits() == Awaits::reply ? POLLIN : POLLOUT;
  pollfd socket{task.descriptor(), events, 0};
  poll(&socket, 1, -1);
}

void run_all_tasks(const Options& options, EventLog& log) {
  auto tasks = make_task_machines(options, log);
  for (TaskMachine& task : tasks)
    while (task.step() != Awaits::nothing) wait_for(task);
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
