// Generators and a scheduler: tasks are coroutines that yield what they wait for, a pause or a
// socket; the scheduler parks each until that has come, and resumes it. What async/await does,
// built by hand from nothing but the language and epoll.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <vector>

#include "support/descriptor.hpp"
#include "task/client_main.hpp"
#include "task/generator.hpp"
#include "task/loops/timer_heap.hpp"

namespace waitbench {

class Scheduler {
 public:
  Scheduler() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { check(epoll_.get()); }

  // Resumes the task, and parks it with what it yields then. Throws what the task throws.
  void resume(Generator& task) {
    task.resume();
    if (task.is_done()) {
      --parked_;
      return;
    }
    if (const auto* pause = std::get_if<Duration>(&task.wanted()))
      timers_.add(Clock::now() + *pause, &task);
    else if (const auto* readable = std::get_if<Readable>(&task.wanted()))
      watch(readable->descriptor, EPOLLIN, task);
    else
      watch(std::get<Writable>(task.wanted()).descriptor, EPOLLOUT, task);
  }

  void run(std::vector<Generator>& tasks) {
    parked_ = tasks.size();
    for (Generator& task : tasks) resume(task);
    while (parked_ > 0) {
      const auto time = timers_.time_left();
      const int count = epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                     time ? &*time : nullptr, nullptr);
      check(count);
      for (const epoll_event& event :
           std::span{events_}.first(static_cast<size_t>(std::max(count, 0))))
        resume(*static_cast<Generator*>(event.data.ptr));
      while (const auto due = timers_.take_due()) resume(**due);
    }
  }

 private:
  // Once: a descriptor that was ready is not told of again before it is watched again.
  void watch(int descriptor, uint32_t events, Generator& task) {
    epoll_event event{.events = events | EPOLLONESHOT, .data = {.ptr = &task}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) == 0) return;
    if (errno != ENOENT) check(-1);
    check(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event));  // it is new
  }

  static void check(int result) {
    if (result == -1 && errno != EINTR)
      throw std::system_error{errno, std::system_category(), "epoll"};
  }

  Descriptor epoll_;
  std::array<epoll_event, 512> events_;
  TimerHeap<Generator*> timers_;
  size_t parked_ = 0;
};

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<Generator> tasks;
  for (int id = 1; id <= options.tasks; ++id) tasks.push_back(generate_task(id, options, log));
  Scheduler{}.run(tasks);
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
