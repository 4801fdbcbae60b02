// The steps of run_task and of run_blocking_task, cut where the reply has been read.
#include "task/pieces.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>
#include <thread>

#include "record/ending.hpp"
#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {

Awaitable<> fetch(int id, const Options& options, EventLog& log) try {
  const auto executor = co_await asio::this_coro::executor;
  Timer timer{executor};
  if (options.arrivals) {
    timer.expires_at(options.due_time_of(id));
    co_await timer.async_wait(use_awaitable);
  }

  log.record(id, Step::started);
  timer.expires_after(options.connect);
  co_await timer.async_wait(use_awaitable);

  Socket socket{executor};
  co_await socket.async_connect(options.server_of(id), use_awaitable);
  const std::string message = label_of(id);
  co_await async_write(socket, asio::buffer(message), use_awaitable);
  log.record(id, Step::written);

  std::string echo(message.size(), ' ');
  co_await async_read(socket, asio::buffer(echo), use_awaitable);
  check_echo(message, echo);
  log.record(id, Step::read);
} catch (...) {
  std::throw_with_nested(TaskError{id});
}

void fetch_blocking(int id, const Options& options, EventLog& log) try {
  if (options.arrivals) std::this_thread::sleep_until(options.due_time_of(id));

  log.record(id, Step::started);
  std::this_thread::sleep_for(options.connect);

  asio::io_context nobody_runs;  // every socket belongs to one
  asio::ip::tcp::socket socket{nobody_runs};
  socket.connect(options.server_of(id));
  const std::string message = label_of(id);
  write(socket, asio::buffer(message));
  log.record(id, Step::written);

  std::string echo(message.size(), ' ');
  read(socket, asio::buffer(echo));
  check_echo(message, echo);
  log.record(id, Step::read);
} catch (...) {
  std::throw_with_nested(TaskError{id});
}

void compute(int id, const Options& options, EventLog& log) {
  hold_thread_for(options.compute, options.compute_kind);
  log.record(id, Step::finished);
}

}  // namespace waitbench
