// Solution: a blocking call is no evil as long as it waits for everything at once. Each round asks
// every task what it waits for, sleeps until the first of that has come, and steps those for whom
// it has.
#include <poll.h>

#include <algorithm>
#include <vector>

#include "task/client_main.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

// A task that waits for a timer, or for nothing more, has an entry as well: poll passes over -1.
pollfd entry_for(const TaskMachine& task) {
  switch (task.awaits()) {
    case Awaits::time:
    case Awaits::nothing:
      return {-1, 0, 0};
    case Awaits::reply:
      return {task.descriptor(), POLLIN, 0};
    default:
      return {task.descriptor(), POLLOUT, 0};
  }
}

// In milliseconds, rounded up: who wakes too early has to ask again. -1 is "for ever".
int time_until_next_timer(const std::vector<TaskMachine>& tasks) {
  auto next = Clock::time_point::max();
  for (const TaskMachine& task : tasks)
    if (task.awaits() == Awaits::time) next = std::min(next, task.wakes_at());
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void run_all_tasks(const Options& options, EventLog& log) {
  auto tasks = make_task_machines(options, log);
  std::vector<pollfd> sockets(tasks.size());
  while (!std::ranges::all_of(tasks, [](auto& t) { return t.awaits() == Awaits::nothing; })) {
    std::ranges::transform(tasks, sockets.begin(), entry_for);
    poll(sockets.data(), sockets.size(), time_until_next_timer(tasks));
    for (size_t i = 0; i < tasks.size(); ++i) {
      const bool is_due = tasks[i].awaits() == Awaits::time && tasks[i].wakes_at() <= Clock::now();
      if (is_due || sockets[i].revents != 0) tasks[i].step();
    }
  }
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
