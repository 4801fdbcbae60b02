// Runs the blocking task, step by step.
#include "task/blocking.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <thread>

#include "record/ending.hpp"
#include "task/message.hpp"

namespace waitbench {
namespace {

using asio::ip::tcp;

// Every Asio socket belongs to a context. Nobody runs this one: blocking calls need no loop. One
// for all threads, because each context costs three descriptors.
asio::io_context& context_of_blocking_sockets() {
  static asio::io_context context;
  return context;
}

}  // namespace

void fetch_blocking(int id, const Options& options, EventLog& log) {
  log.record(id, Step::started);
  std::this_thread::sleep_for(options.connect);

  tcp::socket socket{context_of_blocking_sockets()};
  socket.connect(options.server_of(id));
  const std::string message = label_of(id);
  write(socket, asio::buffer(message));
  log.record(id, Step::written);

  std::string echo(message.size(), ' ');
  read(socket, asio::buffer(echo));
  check_echo(message, echo);
  log.record(id, Step::read);
}  // the connection closes here: the task computes without one

void run_blocking_task(int id, const Options& options, EventLog& log) {
  try {
    if (options.arrivals) std::this_thread::sleep_until(options.due_time_of(id));
    fetch_blocking(id, options, log);
    compute(id, options, log);
  } catch (...) {
    std::throw_with_nested(TaskError{id});
  }
}

}  // namespace waitbench
