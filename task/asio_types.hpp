// The coroutine types of the suite. Everything async here runs on an asio::io_context, on one
// thread or several. Saying so in the types, instead of taking Asio's default that can hold any
// executor, makes a waiting task a good deal smaller.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>

#include "task/workload.hpp"

namespace waitbench {

using Executor = asio::io_context::executor_type;

template <typename Result = void>
using Awaitable = asio::awaitable<Result, Executor>;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

// How a coroutine waits for an operation: an error is thrown.
inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

// How somebody sees that a spawned coroutine failed: what it threw, the loop's run() throws.
inline void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace waitbench
