// Runs the task as a coroutine.
#include "task/coroutine.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>

#include "record/ending.hpp"
#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {
namespace {

// Gives the thread back until `time`.
Awaitable<> wait_until(Clock::time_point time) {
  Timer timer{co_await asio::this_coro::executor, time};
  co_await timer.async_wait(use_awaitable);
}

// Gives the thread back for `duration`.
Awaitable<> wait_for(Duration duration) {
  return wait_until(Clock::now() + duration);
}

}  // namespace

Awaitable<> run_task(int id, const Options& options, EventLog& log) try {
  if (options.arrivals) co_await wait_until(options.due_time_of(id));

  log.record(id, Step::started);
  co_await wait_for(options.connect);

  Socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(options.server_of(id), use_awaitable);
  const std::string message = label_of(id);
  co_await async_write(socket, asio::buffer(message), use_awaitable);
  log.record(id, Step::written);

  std::string echo(message.size(), ' ');
  co_await async_read(socket, asio::buffer(echo), use_awaitable);
  check_echo(message, echo);
  log.record(id, Step::read);

  hold_thread_for(options.compute, options.compute_kind);
  log.record(id, Step::finished);
} catch (...) {
  std::throw_with_nested(TaskError{id});
}

}  // namespace waitbench
