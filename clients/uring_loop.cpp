// Event loop, io_uring: the kernel is asked to wait, connect, send and receive, and tells which of
// that it has done, where epoll tells what can be done next. Built where liburing is.
// Predicted: c+r+Nk, 22 s for the three default tasks.
#include <sys/socket.h>

#include <asio/error.hpp>
#include <system_error>
#include <vector>

#include "support/descriptor.hpp"
#include "task/client_main.hpp"
#include "task/compute.hpp"
#include "task/loops/uring.hpp"
#include "task/message.hpp"

namespace waitbench {

// Has one request with the kernel at a time, and knows how to go on when that is done.
class UringTask {
 public:
  UringTask(int id, const Options& options, EventLog& log, Uring& ring)
      : id_(id), server_(options.server_of(id)), options_(options), log_(log), ring_(ring) {}

  // With the result of the last request, an error if negative. Returns whether it has finished.
  bool go_on(int result) {
    try {
      (this->*next_)(result);
    } catch (...) {
      std::throw_with_nested(TaskError{id_});
    }
    return is_finished_;
  }

 private:
  using Next = void (UringTask::*)(int result);

  void arrive(int) {
    if (!options_.arrivals) return start(0);
    wait_until(options_.due_time_of(id_), &UringTask::start);
  }

  void start(int) {
    log_.record(id_, Step::started);
    wait_until(Clock::now() + options_.connect, &UringTask::connect);
  }

  void connect(int) {
    socket_ = Descriptor{::socket(server_.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (socket_.get() == -1) throw std::system_error{errno, std::system_category(), "socket"};
    request(&UringTask::send, [&](io_uring_sqe* entry) {
      io_uring_prep_connect(entry, socket_.get(), server_.data(),
                            static_cast<socklen_t>(server_.size()));
    });
  }

  void send(int result) {
    Uring::check(result, "connect");
    request(&UringTask::receive, [&](io_uring_sqe* entry) {
      io_uring_prep_send(entry, socket_.get(), message_.data(), message_.size(),
                         MSG_NOSIGNAL | MSG_WAITALL);
    });
  }

  void receive(int result) {
    Uring::check(result, "send");
    log_.record(id_, Step::written);
    request(&UringTask::finish, [&](io_uring_sqe* entry) {
      io_uring_prep_recv(entry, socket_.get(), echo_.data(), echo_.size(), MSG_WAITALL);
    });
  }

  void finish(int result) {
    Uring::check(result, "receive");
    if (static_cast<size_t>(result) < echo_.size())
      throw std::system_error{asio::error::make_error_code(asio::error::eof)};
    check_echo(message_, echo_);
    log_.record(id_, Step::read);
    socket_.reset();
    compute(id_, options_, log_);
    is_finished_ = true;
  }

  void wait_until(Clock::time_point time, Next next) {
    const auto since_boot = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    time_ = {.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
    request(next, [&](io_uring_sqe* entry) {
      io_uring_prep_timeout(entry, &time_, 0, IORING_TIMEOUT_ABS);
    });
  }

  void request(Next next, auto prepare) {
    next_ = next;
    ring_.request(this, prepare);
  }

  int id_;
  Next next_ = &UringTask::arrive;
  bool is_finished_ = false;
  Descriptor socket_;
  asio::ip::tcp::endpoint server_;
  __kernel_timespec time_{};
  std::string message_ = label_of(id_);
  std::string echo_ = std::string(message_.size(), ' ');
  const Options& options_;
  EventLog& log_;
  Uring& ring_;
};

void run_all_tasks(const Options& options, EventLog& log) {
  std::vector<UringTask> tasks;  // the kernel writes into them: they go after the ring
  Uring ring;
  tasks.reserve(static_cast<size_t>(options.tasks));
  for (int id = 1; id <= options.tasks; ++id) tasks.emplace_back(id, options, log, ring).go_on(0);
  for (int unfinished = options.tasks; unfinished > 0;)
    ring.complete([&](void* task, int result, unsigned) {
      if (static_cast<UringTask*>(task)->go_on(result)) --unfinished;
    });
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
