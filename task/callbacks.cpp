// Runs the task as a chain of callbacks.
#include "task/callbacks.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <system_error>
#include <utility>

#include "record/ending.hpp"
#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {

CallbackTask::CallbackTask(asio::io_context& loop, int id, const Options& options, EventLog& log)
    : id_(id),
      options_(options),
      log_(log),
      timer_(loop.get_executor()),
      socket_(loop.get_executor()),
      message_(label_of(id)),
      echo_(message_.size(), ' ') {}

// Every operation's callback forks here: into the chain of what comes next, and into that of
// errors. An exception can't do that: nobody who would catch it has called us, only the loop.
auto CallbackTask::then(void (CallbackTask::*next)()) {
  return [self = shared_from_this(), next](asio::error_code error, size_t /*bytes*/ = 0) {
    if (error) return self->fail(std::make_exception_ptr(std::system_error{error}));
    ((*self).*next)();
  };
}

void CallbackTask::start(Done done) {
  done_ = std::move(done);
  if (!options_.arrivals) return pause();
  timer_.expires_at(options_.due_time_of(id_));
  timer_.async_wait(then(&CallbackTask::pause));
}

void CallbackTask::pause() {
  log_.record(id_, Step::started);
  timer_.expires_after(options_.connect);
  timer_.async_wait(then(&CallbackTask::connect));
}

void CallbackTask::connect() {
  socket_.async_connect(options_.server_of(id_), then(&CallbackTask::write));
}

void CallbackTask::write() {
  async_write(socket_, asio::buffer(message_), then(&CallbackTask::read));
}

void CallbackTask::read() {
  log_.record(id_, Step::written);
  async_read(socket_, asio::buffer(echo_), then(&CallbackTask::compute));
}

void CallbackTask::compute() {
  try {
    check_echo(message_, echo_);
  } catch (...) {
    return fail(std::current_exception());
  }
  log_.record(id_, Step::read);
  socket_.close();
  waitbench::compute(id_, options_, log_);
  done_(nullptr);
}

void CallbackTask::fail(std::exception_ptr error) {
  try {
    try {
      std::rethrow_exception(error);
    } catch (...) {
      std::throw_with_nested(TaskError{id_});
    }
  } catch (...) {
    done_(std::current_exception());
  }
}

}  // namespace waitbench
