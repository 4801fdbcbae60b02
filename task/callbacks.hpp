// The task of the experiment as a chain of callbacks: what completes calls what comes next.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/options.hpp"

namespace waitbench {

// Make it with std::make_shared: the callback that is pending keeps the task alive, since no
// function's frame does.
class CallbackTask : public std::enable_shared_from_this<CallbackTask> {
 public:
  using Done = std::function<void(std::exception_ptr error)>;

  // `options` and `log` must outlive it.
  CallbackTask(asio::io_context& loop, int id, const Options& options, EventLog& log);

  // Begins the task, or the wait until it is due, and returns. `done` is called once, on the loop's
  // thread: with nothing when the task has finished, else with the TaskError that ended it.
  void start(Done done);

 private:
  void pause();
  void connect();
  void write();
  void read();
  void compute();
  void fail(std::exception_ptr error);

  // The callback for an operation: `next` if it succeeded, fail() if it did not.
  auto then(void (CallbackTask::*next)());

  int id_;
  const Options& options_;
  EventLog& log_;
  Timer timer_;
  asio::basic_stream_socket<asio::ip::tcp, Executor> socket_;  // no coroutine's: it takes callbacks
  std::string message_;
  std::string echo_;
  Done done_;
};

}  // namespace waitbench
