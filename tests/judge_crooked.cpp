// Programs that the judge must not take: `judge_crooked MISTAKE` and then what a client is told.
// Each makes one mistake that learners make, or pretends to have done what it has not.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_future.hpp>
#include <asio/write.hpp>
#include <future>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "record/report.hpp"
#include "support/whole_file.hpp"
#include "task/blocking.hpp"
#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/message.hpp"
#include "task/state_machine.hpp"
#include "task/workers.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

Awaitable<> wait_for(Duration duration) {
  Timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait();
}

template <typename Task>
void spawn_all(asio::io_context& loop, const Options& options, const Task& task) {
  for (int id = 1; id <= options.tasks; ++id) co_spawn(loop, task(id), rethrow);
}

// --- It pretends ---------------------------------------------------------------------------------

Awaitable<> do_without_network(int id, const Options& options, EventLog& log) {
  log.record(id, Step::started);
  co_await wait_for(options.connect);
  log.record(id, Step::written);
  co_await wait_for(1100ms);
  log.record(id, Step::read);
  compute(id, options, log);
}

void no_network(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return do_without_network(id, options, log); });
  loop.run();
}

// As long as the table of exercises says that an answer takes.
Awaitable<> sleep_for_answer(int id, const Options& options, EventLog& log) {
  log.record(id, Step::started);
  co_await wait_for(options.connect);
  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(options.server_of(id));
  const std::string message = label_of(id);
  co_await async_write(socket, asio::buffer(message));
  log.record(id, Step::written);
  co_await wait_for(800ms);
  log.record(id, Step::read);
  compute(id, options, log);
}

void sleeps_instead_of_waiting(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return sleep_for_answer(id, options, log); });
  loop.run();
}

Awaitable<> fetch_alone(int id, const Options& options, EventLog& log) {
  co_await fetch(id, options, log);
  log.record(id, Step::finished);
}

void no_computing(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return fetch_alone(id, options, log); });
  loop.run();
}

Awaitable<> fetch_and_wait(int id, const Options& options, EventLog& log) {
  co_await fetch(id, options, log);
  co_await wait_for(options.compute);
  log.record(id, Step::finished);
}

void waits_instead_of_computing(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return fetch_and_wait(id, options, log); });
  loop.run();
}

Awaitable<> fetch_and_sleep(int id, const Options& options, EventLog& log) {
  co_await fetch(id, options, log);
  std::this_thread::sleep_for(options.compute);
  log.record(id, Step::finished);
}

void sleeps_instead_of_computing(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return fetch_and_sleep(id, options, log); });
  loop.run();
}

// Does one after the other, and writes that all were at once.
void faked_events(const Options& options, EventLog& log) {
  for (int id = 1; id <= options.tasks; ++id) run_blocking_task(id, options, log);
  auto events = log.events();
  const auto start = events.front().time;
  for (Event& event : events) {
    const auto nth = event.step == Step::finished ? event.task : 0;
    const std::array<Duration, 4> times{0ms, options.connect, 2s, 2s + nth * options.compute};
    event.time = start + times.at(static_cast<size_t>(event.step));
  }
  write_report(options.report, {.started = options.tasks, .finished = options.tasks});
  write_whole(options.events, to_csv(events));
  _exit(0);
}

void torn_events(const Options& options, EventLog& log) {
  for (int id = 1; id <= options.tasks; ++id) run_blocking_task(id, options, log);
  write_report(options.report, {.started = options.tasks, .finished = options.tasks});
  const std::string whole = to_csv(log.events());
  write_whole(options.events, whole.substr(0, whole.size() - 30));
  _exit(0);
}

void blames_task_2_in_any_case(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, run_task(id, options, log), asio::detached);
  loop.run();
  throw std::runtime_error("task 2: whatever");
}

Awaitable<> fetch_or_give_up(int id, const Options& options, EventLog& log) {
  using namespace asio::experimental::awaitable_operators;
  const auto first = co_await (fetch(id, options, log) || wait_for(1100ms));
  if (first.index() == 1) throw std::runtime_error(fmt::format("task {}: no answer", id));
  compute(id, options, log);
}

void gives_up_early(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return fetch_or_give_up(id, options, log); });
  loop.run();
}

// --- It makes a mistake --------------------------------------------------------------------------

bool is_ready(const TaskMachine& task) {
  if (task.awaits() == Awaits::time) return task.wakes_at() <= Clock::now();
  pollfd socket{task.descriptor(),
                static_cast<short>(task.awaits() == Awaits::reply ? POLLIN : POLLOUT), 0};
  return poll(&socket, 1, 1) > 0;
}

void polls_in_turn(const Options& options, EventLog& log) {
  auto tasks = make_task_machines(options, log);
  const auto has_ended = [](const TaskMachine& task) { return task.awaits() == Awaits::nothing; };
  while (!std::ranges::all_of(tasks, has_ended)) {
    for (TaskMachine& task : tasks)
      if (!has_ended(task) && is_ready(task)) task.step();
    std::this_thread::sleep_for(1ms);
  }
}

void computes_at_once(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id) {
    co_spawn(loop, fetch(id, options, log), rethrow);
    compute(id, options, log);
  }
  loop.run();
}

// With the number that a lambda's capture may be taken for when the lambda is gone.
void dangling_capture(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  co_spawn(loop, run_task(0, options, log), rethrow);
  loop.run();
}

void loop_of_one(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return run_task(id, options, log); });
  std::vector<std::future<void>> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.push_back(std::async(std::launch::async, [&] { loop.run(); }));
  for (auto& thread : threads) thread.get();
}

Awaitable<> fetch_and_post(int id, const Options& options, EventLog& log, Executor pool) {
  co_await fetch(id, options, log);
  co_await post(pool, as_awaitable);
  compute(id, options, log);
}

void posts_unbound(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  Workers pool{options.threads};
  spawn_all(loop, options,
            [&](int id) { return fetch_and_post(id, options, log, pool.executor()); });
  loop.run();
}

Awaitable<> fetch_by_future(int id, const Options& options, EventLog& log) {
  co_spawn(co_await asio::this_coro::executor, fetch(id, options, log), asio::use_future).get();
  compute(id, options, log);
}

void future_on_the_loop(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  spawn_all(loop, options, [&](int id) { return fetch_by_future(id, options, log); });
  loop.run();
}

Awaitable<> spawn_lazily(const Options& options, EventLog& log) {
  const Executor loop = co_await asio::this_coro::executor;
  std::vector<Awaitable<>> fetches;
  for (int id = 1; id <= options.tasks; ++id)
    fetches.push_back(co_spawn(loop, fetch(id, options, log), as_awaitable));
  for (int id = 1; id <= options.tasks; ++id) {
    co_await std::move(fetches[static_cast<size_t>(id - 1)]);
    compute(id, options, log);
  }
}

void use_awaitable_as_a_start(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  co_spawn(loop, spawn_lazily(options, log), rethrow);
  loop.run();
}

void runs_before_it_spawns(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  loop.run();
  spawn_all(loop, options, [&](int id) { return run_task(id, options, log); });
}

struct Mistake {
  std::string_view name;
  RunAllTasks& run_all_tasks;
};

constexpr std::array mistakes{
    Mistake{"no_network", no_network},
    Mistake{"sleeps_instead_of_waiting", sleeps_instead_of_waiting},
    Mistake{"no_computing", no_computing},
    Mistake{"waits_instead_of_computing", waits_instead_of_computing},
    Mistake{"sleeps_instead_of_computing", sleeps_instead_of_computing},
    Mistake{"faked_events", faked_events},
    Mistake{"torn_events", torn_events},
    Mistake{"blames_task_2_in_any_case", blames_task_2_in_any_case},
    Mistake{"gives_up_early", gives_up_early},
    Mistake{"polls_in_turn", polls_in_turn},
    Mistake{"computes_at_once", computes_at_once},
    Mistake{"dangling_capture", dangling_capture},
    Mistake{"loop_of_one", loop_of_one},
    Mistake{"posts_unbound", posts_unbound},
    Mistake{"future_on_the_loop", future_on_the_loop},
    Mistake{"use_awaitable_as_a_start", use_awaitable_as_a_start},
    Mistake{"runs_before_it_spawns", runs_before_it_spawns},
};

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  const std::string_view name = argc > 1 ? argv[1] : "";
  const auto mistake = std::ranges::find(mistakes, name, &Mistake::name);
  return mistake == mistakes.end() ? 2 : client_main(argc - 1, argv + 1, mistake->run_all_tasks);
}
