// The task of the experiment as a coroutine: wherever it waits, it gives its thread back.
#pragma once

#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/compute.hpp"
#include "task/options.hpp"

namespace waitbench {

// In all of these `options` and `log` must outlive the coroutine, which runs on the executor that
// it is spawned on.

// Waits, connects, sends "task<id>" and awaits the echo; records `started`, `written` and `read`.
// Throws if anything fails or the echo differs.
Awaitable<> fetch(int id, const Options& options, EventLog& log);

// Fetches, then computes; records `finished` besides. Throws TaskError.
Awaitable<> run_task(int id, const Options& options, EventLog& log);

// What surrounds a task, whatever it does: waits until the task is due, runs `body`, and throws
// what `body` throws as a TaskError.
Awaitable<> as_task(int id, const Options& options, Awaitable<> body);

}  // namespace waitbench
