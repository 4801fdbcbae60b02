// A call that blocks until the loop has fetched something, made on the loop's own thread. With a
// second thread the loop still fetches, and nobody notices; with one thread, or with as many such
// tasks as threads, everyone waits for a thread and no thread is free.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/own_process.hpp"
#include "pitfalls/runner/watchdog.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

Awaitable<int> fetch() {
  co_await wait_for(std::chrono::milliseconds{10});
  co_return 42;
}

// A synchronous call over async code: it works from everywhere but from the loop.
int fetch_blocking(asio::io_context& loop, TimeLine& line) {
  auto reply = co_spawn(loop, fetch(), asio::use_future);
  const auto blocked = line.blocked("fetched", "the loop");
  return reply.get();
}

Awaitable<> task_that_blocks(asio::io_context& loop, TimeLine& line) {
  co_await asio::post(as_awaitable);
  fetch_blocking(loop, line);
  line.event("task done");
}

Awaitable<> task_that_awaits(asio::io_context&, TimeLine& line) {
  co_await asio::post(as_awaitable);
  co_await fetch();
  line.event("task done");
}

using Task = Awaitable<> (*)(asio::io_context& loop, TimeLine& line);

// Returns how many of the tasks were done.
int try_with(int threads, int tasks, Task task, TimeLine& line) {
  const auto name = fmt::format("{} threads, {} tasks", threads, tasks);
  const int before = line.count("task done");
  attempt(line, name, [&](TimeLine& part) -> Outcome {
    asio::io_context loop{threads};
    for (int i = 0; i < tasks; ++i) co_spawn(loop, task(loop, part), rethrow);
    run_on_threads(loop, threads, part);
    return {};
  });
  return line.count("task done") - before;
}

Outcome try_all(Task task, TimeLine& line) {
  const int two_threads = try_with(2, 1, task, line);
  const int one_thread = try_with(1, 1, task, line);
  const int as_many = try_with(2, 2, task, line);
  return {.symptom = two_threads == 1 && one_thread == 0 && as_many == 0,
          .happened = fmt::format("two threads did {} of 1 task; one thread did {} of 1; two "
                                  "threads did {} of 2",
                                  two_threads, one_thread, as_many),
          .measures = {{"tasks_halted", 4 - two_threads - one_thread - as_many},
                       {"threads_stuck", halts_in(line.stretches()).size()}}};
}

Outcome broken(TimeLine& line) {
  return try_all(task_that_blocks, line);
}

Outcome fixed(TimeLine& line) {
  return try_all(task_that_awaits, line);
}

}  // namespace

constinit const Pitfall works_with_two_threads{
    .name = "works_with_two_threads",
    .title = "Works with two threads, halts with one",
    .expected = "what works on several threads works on one, only slower",
    .symptom = "it halts on one thread; and with T threads as soon as T tasks do it at once",
    .why =
        "the task keeps a thread of the loop until the loop has done something that needs a "
        "thread of the loop; a debugger shows the wait, not whom it waits for",
    .cure = "the task awaits, and so gives its thread to what it waits for",
    .measure = "tasks_halted",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
