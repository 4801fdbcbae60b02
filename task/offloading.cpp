// The task as a coroutine that computes elsewhere: task/coroutine.cpp and one move.
#include "task/offloading.hpp"

#include <asio/bind_executor.hpp>
#include <asio/post.hpp>

#include "task/pieces.hpp"

namespace waitbench {

Awaitable<> run_offloading_task(int id, const Options& options, EventLog& log, Executor pool) {
  co_await fetch(id, options, log);
  co_await post(bind_executor(pool, use_awaitable));  // goes on on a thread of the pool
  compute(id, options, log);
}

}  // namespace waitbench
