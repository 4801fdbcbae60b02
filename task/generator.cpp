// Runs the task as a generator.
#include "task/generator.hpp"

#include "record/ending.hpp"
#include "support/plain_socket.hpp"
#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {

Generator generate_task(int id, const Options& options, EventLog& log) {
  try {
    if (options.arrivals) co_yield options.due_time_of(id) - Clock::now();

    log.record(id, Step::started);
    co_yield options.connect;

    PlainSocket socket;
    while (!socket.connect(options.server_of(id))) co_yield Writable{socket.descriptor()};
    const std::string message = label_of(id);
    for (size_t sent = 0; sent < message.size();) {
      const size_t count = socket.write_some(std::string_view{message}.substr(sent));
      if (count == 0) co_yield Writable{socket.descriptor()};
      sent += count;
    }
    log.record(id, Step::written);

    std::string echo(message.size(), ' ');
    for (size_t received = 0; received < echo.size();) {
      co_yield Readable{socket.descriptor()};
      received += socket.read_some(std::span{echo}.subspan(received));
    }
    check_echo(message, echo);
    log.record(id, Step::read);
    socket.close();

    compute(id, options, log);
  } catch (...) {
    std::throw_with_nested(TaskError{id});
  }
}

}  // namespace waitbench
