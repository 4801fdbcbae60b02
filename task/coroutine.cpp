// Runs the task as a coroutine.
#include "task/coroutine.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>

#include "record/ending.hpp"
#include "task/message.hpp"

namespace waitbench {
namespace {

// Gives the thread back until `time`.
Awaitable<> wait_until(Clock::time_point time) {
  Timer timer{co_await asio::this_coro::executor, time};
  co_await timer.async_wait();
}

// Gives the thread back for `duration`.
Awaitable<> wait_for(Duration duration) {
  return wait_until(Clock::now() + duration);
}

}  // namespace

Awaitable<> fetch(int id, const Options& options, EventLog& log) {
  log.record(id, Step::started);
  co_await wait_for(options.connect);

  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(options.server_of(id));
  const std::string message = label_of(id);
  co_await async_write(socket, asio::buffer(message));
  log.record(id, Step::written);

  std::string echo(message.size(), ' ');
  co_await async_read(socket, asio::buffer(echo));
  check_echo(message, echo);
  log.record(id, Step::read);
}  // the connection closes here: the task computes without one

// As as_task, but without a coroutine around the task's own: each is memory that a waiting task
// holds.
Awaitable<> run_task(int id, const Options& options, EventLog& log) {
  try {
    if (options.arrivals) co_await wait_until(options.due_time_of(id));
    co_await fetch(id, options, log);
    compute(id, options, log);
  } catch (...) {
    std::throw_with_nested(TaskError{id});
  }
}

Awaitable<> as_task(int id, const Options& options, Awaitable<> body) {
  try {
    if (options.arrivals) co_await wait_until(options.due_time_of(id));
    co_await std::move(body);
  } catch (...) {
    std::throw_with_nested(TaskError{id});
  }
}

}  // namespace waitbench
