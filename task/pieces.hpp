// The task of the experiment in two pieces, for programs that decide between them who goes on, and
// where: what waits, and what computes.
#pragma once

#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/options.hpp"

namespace waitbench {

// Waits, connects, sends "task<id>" and awaits the echo; records `started`, `written` and `read`.
// Throws TaskError if anything fails or the echo differs. `options` and `log` must outlive it.
Awaitable<> fetch(int id, const Options& options, EventLog& log);

// The same, blocking: it keeps the calling thread until the echo has been read.
void fetch_blocking(int id, const Options& options, EventLog& log);

// Keeps the calling thread for as long as the task computes; records `finished`.
void compute(int id, const Options& options, EventLog& log);

}  // namespace waitbench
