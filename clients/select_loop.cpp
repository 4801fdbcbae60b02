// Event loop on select: the sockets go to the kernel for each wait as sets of bits, and those that
// are ready come back. Each wait goes through all bits, and there are only FD_SETSIZE of them: the
// model ends at that descriptor, however many more the system would give.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <sys/select.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "record/ending.hpp"
#include "task/client_main.hpp"
#include "task/loops/timer_heap.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

class Sockets {
 public:
  Sockets() {
    FD_ZERO(&reading_);
    FD_ZERO(&writing_);
  }

  // Until its socket is ready. Throws RefusalError if select has no bit for it.
  void watch(TaskMachine& task) {
    const int descriptor = task.descriptor();
    if (descriptor >= FD_SETSIZE)
      throw RefusalError{"task " + std::to_string(task.id()) + ": select can't watch descriptor " +
                         std::to_string(descriptor) + ", only those below FD_SETSIZE, " +
                         std::to_string(FD_SETSIZE)};
    FD_SET(descriptor, task.awaits() == Awaits::reply ? &reading_ : &writing_);
    tasks_.at(static_cast<size_t>(descriptor)) = &task;
  }

  // Waits for sockets, but no longer than `time`, and steps the tasks of those that are ready.
  void step_ready(std::optional<timespec> time, auto step) {
    fd_set readable = reading_;
    fd_set writable = writing_;
    check(pselect(FD_SETSIZE, &readable, &writable, nullptr, time ? &*time : nullptr, nullptr));
    for (int descriptor = 0; descriptor < FD_SETSIZE; ++descriptor) {
      if (!FD_ISSET(descriptor, &readable) && !FD_ISSET(descriptor, &writable)) continue;
      FD_CLR(descriptor, &reading_);
      FD_CLR(descriptor, &writing_);
      step(*tasks_.at(static_cast<size_t>(descriptor)));
    }
  }

 private:
  static void check(int result) {
    if (result == -1 && errno != EINTR)
      throw std::system_error{errno, std::system_category(), "select"};
  }

  fd_set reading_;
  fd_set writing_;
  std::array<TaskMachine*, FD_SETSIZE> tasks_{};  // by descriptor
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
