// What the pitfalls share: a wait, a computation, a heartbeat that shows whether a loop is served.
#pragma once

#include <asio/experimental/basic_channel.hpp>
#include <asio/experimental/channel_traits.hpp>
#include <asio/local/stream_protocol.hpp>

#include "pitfalls/runner/time_line.hpp"
#include "task/asio_types.hpp"

namespace waitbench::pitfalls {

inline constexpr std::chrono::milliseconds heartbeat_period{10};

// A queue that holds so many messages and no more, for coroutines of one thread: sending waits
// until there is room, receiving until there is a message.
template <typename Message>
using Channel = asio::experimental::basic_channel<Executor, asio::experimental::channel_traits<>,
                                                  void(asio::error_code, Message)>;

// One end of a connection within this process: a stream of bytes, as TCP is.
using Stream =
    Token::as_default_on_t<asio::basic_stream_socket<asio::local::stream_protocol, Executor>>;

// Gives the thread back for `duration`.
Awaitable<> wait_for(Duration duration);

// Keeps the calling thread for `duration`, noted as "computing".
void compute(TimeLine& line, Duration duration);

// Notes a "heartbeat" every ten milliseconds, as far as the loop's thread is free, until `done`.
// Both outlive the loop.
Awaitable<> beat_until(const bool& done, TimeLine& line);

// How many heartbeats were due, and did not come, while `what` lasted.
int heartbeats_missed(const TimeLine& line, std::string_view what);

// Runs the loop on `threads` threads, noted as `name`, until it has no more work. All of them are
// there before the first handler runs. Throws what a handler threw.
void run_on_threads(asio::io_context& loop, int threads, TimeLine& line,
                    std::string_view name = "the loop");

}  // namespace waitbench::pitfalls
