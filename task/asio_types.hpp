// The Asio types of the suite: coroutines, sockets and timers of an io_context.
//
// Asio's own defaults can hold any executor. Naming the one that is used makes a waiting task a
// good deal smaller. Sockets and timers carry their completion token, so that `co_await
// socket.async_connect(peer)` needs no further argument; an error is thrown.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>

#include "support/time.hpp"

namespace waitbench {

using Executor = asio::io_context::executor_type;

template <typename Result = void>
using Awaitable = asio::awaitable<Result, Executor>;

using Token = asio::use_awaitable_t<Executor>;
using Socket = Token::as_default_on_t<asio::basic_stream_socket<asio::ip::tcp, Executor>>;
using Timer =
    Token::as_default_on_t<asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>>;

// For operations of no socket and no timer: `co_await post(bind_executor(pool, as_awaitable))`.
inline constexpr Token as_awaitable;

// How somebody sees that a spawned coroutine failed: what it threw, the loop's run() throws.
inline void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace waitbench
