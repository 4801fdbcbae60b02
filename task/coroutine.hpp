// The task of the experiment as a coroutine: wherever it waits, it gives its thread back.
#pragma once

#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/options.hpp"

namespace waitbench {

// Waits, connects, sends "task<id>", waits for the echo, computes; records each of the four steps.
// Runs on the executor it is spawned on. Throws TaskError if anything fails or the echo differs.
// `options` and `log` must outlive it.
Awaitable<> run_task(int id, const Options& options, EventLog& log);

}  // namespace waitbench
