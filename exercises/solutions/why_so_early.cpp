// Solution: a timer has one expiry. expires_after sets it anew and cancels whoever waits for the
// old one, with an error that was dropped here. Each task has its own timer now; and its error,
// should one come, is thrown.
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/message.hpp"

namespace waitbench {

Awaitable<> run_by_hand(int id, const Options& options, EventLog& log) {
  log.record(id, Step::started);
  const Executor loop = co_await asio::this_coro::executor;
  Timer timer{loop, options.connect};
  co_await timer.async_wait();

  const std::string message = label_of(id);
  std::string echo(message.size(), ' ');
  {
    Socket socket{loop};
    co_await socket.async_connect(options.server_of(id));
    co_await async_write(socket, asio::buffer(message));
    log.record(id, Step::written);
    co_await async_read(socket, asio::buffer(echo));
    log.record(id, Step::read);
  }
  check_echo(message, echo);
  compute(id, options, log);
}

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context loop{1};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, run_by_hand(id, options, log), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
