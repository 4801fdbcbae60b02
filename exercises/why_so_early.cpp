// Exercise: why so early? (lesson 12). Each task is to wait before it connects, and all but one of
// them connect at once. This program compiles, runs, and has one fault: find it.
//
// To reach: c+r+Nk with one thread: every task waits as long as it was asked to.
// Judge:    ./run_all.sh --exercise why_so_early
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/write.hpp>

#include "task/client_main.hpp"
#include "task/coroutine.hpp"
#include "task/message.hpp"

namespace waitbench {

Awaitable<> run_by_hand(int id, const Options& options, EventLog& log, Timer& timer) {
  log.record(id, Step::started);
  asio::error_code ignored;
  timer.expires_after(options.connect);
  co_await timer.async_wait(asio::redirect_error(as_awaitable, ignored));

  const std::string message = label_of(id);
  std::string echo(message.size(), ' ');
  {
    Socket socket{timer.get_executor()};
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
  Timer timer{loop};
  for (int id = 1; id <= options.tasks; ++id)
    co_spawn(loop, run_by_hand(id, options, log, timer), rethrow);
  loop.run();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
