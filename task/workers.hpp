// A fixed number of threads that do what is posted to them, and nothing else.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <thread>
#include <vector>

#include "task/asio_types.hpp"

namespace waitbench {

// In place of asio::thread_pool, whose constructor never returns if the system refuses one of its
// threads: it waits for those that it has (1.22).
class Workers {
 public:
  // Throws std::system_error if the system has no more threads.
  explicit Workers(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  // Waits for what is running; what is still queued is dropped.
  ~Workers() { context_.stop(); }

  Executor executor() { return context_.get_executor(); }

 private:
  asio::io_context context_;
  std::vector<std::jthread> threads_;
  // First to go: without it, threads that have nothing to do end.
  asio::executor_work_guard<Executor> work_ = make_work_guard(context_);
};

}  // namespace waitbench
