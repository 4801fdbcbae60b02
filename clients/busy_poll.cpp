// Busy polling: asks every socket in turn, again and again, and never blocks. As fast as any loop,
// and a space heater: it uses up a core to find out that nothing has come yet.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <vector>

#include "task/client_main.hpp"
#include "task/loops/timer_heap.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

class Sockets {
 public:
  // Until it has been asked.
  void watch(TaskMachine& task) { watched_.push_back(&task); }

  // Does not wait, whatever `time` there is, and steps all tasks: those that are not ready say so.
  void step_ready(std::optional<timespec> /*time*/, auto step) {
    asked_.clear();
    asked_.swap(watched_);
    for (TaskMachine* task : asked_) step(*task);
  }

 private:
  std::vector<TaskMachine*> watched_;
  std::vector<TaskMachine*> asked_;
};

void run_all_tasks(const Options& options, EventLog& log) {
  auto tasks = make_task_machines(options, log);
  TimerHeap<TaskMachine*> timers;
  Sockets sockets;
  size_t unfinished = tasks.size();
  const auto step = [&](TaskMachine& task) {
    const Awaits awaits = task.step();
    if (awaits == Awaits::time)
      timers.add(task.wakes_at(), &task);
    else if (awaits == Awaits::nothing)
      --unfinished;
    else
      sockets.watch(task);
  };

  for (TaskMachine& task : tasks) step(task);
  while (unfinished > 0) {
    sockets.step_ready(timers.time_left(), step);
    while (const auto due = timers.take_due()) step(**due);
  }
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
