// Event loop on epoll: the kernel keeps the list of sockets and hands over those that are ready, so
// a wait costs no more for ten thousand sockets than for ten. The floor for what one thread can do.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <system_error>

#include "support/descriptor.hpp"
#include "task/client_main.hpp"
#include "task/loops/timer_heap.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

class Sockets {
 public:
  Sockets() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { check(epoll_.get()); }

  // Once a socket: the kernel tells of each change from then on (edge-triggered), until it closes.
  void watch(TaskMachine& task) {
    if (task.awaits() != Awaits::connection) return;
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = &task}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, task.descriptor(), &event) == -1 && errno != EEXIST)
      check(-1);
  }

  // Waits for sockets, but no longer than `time`, and steps the tasks of those that are ready.
  void step_ready(std::optional<timespec> time, auto step) {
    const int count = epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                   time ? &*time : nullptr, nullptr);
    check(count);
    for (const epoll_event& event :
         std::span{events_}.first(static_cast<size_t>(std::max(count, 0))))
      step(*static_cast<TaskMachine*>(event.data.ptr));
  }

 private:
  static void check(int result) {
    if (result == -1 && errno != EINTR)
      throw std::system_error{errno, std::system_category(), "epoll"};
  }

  Descriptor epoll_;
  std::array<epoll_event, 512> events_;
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
