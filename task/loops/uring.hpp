// A ring of io_uring, for those that ask for operations by hand.
#pragma once

#include <liburing.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "record/ending.hpp"

namespace waitbench {

// Requests that the kernel completes, and tells of. All is for one thread. An error of the ring
// itself is thrown as std::system_error; what becomes of a request is told with its completion.
class Uring {
 public:
  // Throws RefusalError if the kernel gives none: containers and administrators often forbid it.
  Uring() {
    if (const int result = io_uring_queue_init(1024, &ring_, IORING_SETUP_COOP_TASKRUN); result < 0)
      throw RefusalError{"no io_uring from this kernel: " +
                         std::system_category().message(-result)};
  }
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;
  ~Uring() { io_uring_queue_exit(&ring_); }

  // `prepare` fills in what is asked for (io_uring_prep_...). What that names must stay where it is
  // until the completion has come, with which `what` comes back.
  template <typename Prepare>
  void request(void* what, Prepare prepare) {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    if (!entry) {  // the queue is full
      check(io_uring_submit(&ring_), "io_uring_submit");
      entry = io_uring_get_sqe(&ring_);
    }
    prepare(entry);
    io_uring_sqe_set_data(entry, what);
  }

  // Hands all requests over, waits for at least one completion, and calls handle(what, result,
  // flags) for each that has come. `handle` may request more.
  template <typename Handle>
  void complete(Handle handle) {
    check(io_uring_submit_and_wait(&ring_, 1), "io_uring_submit_and_wait");
    unsigned head = 0, count = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_, head, completion) {
      handle(io_uring_cqe_get_data(completion), completion->res, completion->flags);
      ++count;
    }
    io_uring_cq_advance(&ring_, count);
  }

  // What a call of liburing returns: an error is a negative number.
  static void check(int result, const char* what) {
    if (result < 0 && result != -EINTR)
      throw std::system_error{-result, std::system_category(), what};
  }

  io_uring* get() { return &ring_; }

 private:
  io_uring ring_{};
};

}  // namespace waitbench
