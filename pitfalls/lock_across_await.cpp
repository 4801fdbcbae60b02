// A lock held across an await. The coroutine gives its thread away and keeps the lock; the next one
// blocks that thread for it, and nobody is left to resume the first. A std::mutex would also be
// undefined behaviour, locked twice on one thread, or unlocked on another; the semaphore that
// stands for it is defined there. What has to be locked across an await takes a lock that is
// awaited.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <semaphore>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/own_process.hpp"
#include "pitfalls/runner/watchdog.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int tasks = 3;

// Blocks the thread until it has the lock.
class ThreadLock {
 public:
  explicit ThreadLock(asio::io_context&) {}
  Awaitable<> lock(TimeLine& line) {
    const auto blocked = line.blocked("unlocked", "the loop");
    semaphore_.acquire();
    co_return;
  }
  void unlock() { semaphore_.release(); }

 private:
  std::binary_semaphore semaphore_{1};
};

// Awaits the lock: the only place in a channel.
class AwaitedLock {
 public:
  explicit AwaitedLock(asio::io_context& loop) : place_(loop, 1) {}
  Awaitable<> lock(TimeLine& line) {
    const auto waiting = line.pending("waiting for the lock");
    co_await place_.async_send(asio::error_code{}, true, as_awaitable);
  }
  void unlock() {
    place_.try_receive([](auto...) {});
  }

 private:
  Channel<bool> place_;
};

template <typename Lock>
Awaitable<> update(Lock& lock, TimeLine& line) {
  co_await lock.lock(line);
  {
    const auto updating = line.pending("updating");
    co_await wait_for(std::chrono::milliseconds{10});
  }
  lock.unlock();
  line.event("updated");
}

template <typename Lock>
Outcome update_with(TimeLine& line) {
  attempt(line, "updates", [](TimeLine& part) -> Outcome {
    asio::io_context loop{1};
    Lock lock{loop};
    for (int i = 0; i < tasks; ++i) co_spawn(loop, update(lock, part), rethrow);
    run_on_threads(loop, 1, part);
    return {};
  });
  const int updated = line.count("updated");
  return {.symptom = updated < tasks && !halts_in(line.stretches()).empty(),
          .happened = fmt::format("{} of {} tasks made their update, {} at a time", updated, tasks,
                                  line.most_at_once("updating")),
          .measures = {{"tasks_halted", tasks - updated},
                       {"updates_at_once", line.most_at_once("updating")}}};
}

Outcome broken(TimeLine& line) {
  return update_with<ThreadLock>(line);
}

Outcome fixed(TimeLine& line) {
  return update_with<AwaitedLock>(line);
}

}  // namespace

constinit const Pitfall lock_across_await{
    .name = "lock_across_await",
    .title = "A lock held across an await",
    .expected = "the second task waits until the first has unlocked",
    .symptom =
        "the loop halts: the second task blocks the thread that the first one needs to unlock",
    .why = "a lock belongs to a thread, and a coroutine that awaits gives its thread away",
    .cure = "a lock that is awaited, here the one place of a channel",
    .measure = "tasks_halted",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
