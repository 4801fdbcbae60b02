// Event loop on poll: the list of sockets goes to the kernel for each wait and comes back marked.
// It may be of any length, but each wait goes through all of it.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "task/client_main.hpp"
#include "task/loops/timer_heap.hpp"
#include "task/state_machine.hpp"

namespace waitbench {

class Sockets {
 public:
  // Until its socket is ready.
  void watch(TaskMachine& task) {
    const auto descriptor = static_cast<size_t>(task.descriptor());
    const short events = task.awaits() == Awaits::reply ? POLLIN : POLLOUT;
    list_.push_back({task.descriptor(), events, 0});
    tasks_.resize(std::max(tasks_.size(), descriptor + 1));
    tasks_[descriptor] = &task;
  }

  // Waits for sockets, but no longer than `time`, and steps the tasks of those that are ready.
  void step_ready(std::optional<timespec> time, auto step) {
    check(ppoll(list_.data(), list_.size(), time ? &*time : nullptr, nullptr));
    const auto is_ready = [](const pollfd& entry) { return entry.revents != 0; };
    ready_.clear();
    std::ranges::copy_if(list_, std::back_inserter(ready_), is_ready);
    std::erase_if(list_, is_ready);
    for (const pollfd& entry : ready_) step(*tasks_[static_cast<size_t>(entry.fd)]);
  }

 private:
  static void check(int result) {
    if (result == -1 && errno != EINTR)
      throw std::system_error{errno, std::system_category(), "poll"};
  }

  std::vector<pollfd> list_;
  std::vector<pollfd> ready_;
  std::vector<TaskMachine*> tasks_;  // by descriptor
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
