// The task of the experiment, blocking: it keeps its thread from the first step to the last.
#pragma once

#include "record/event_log.hpp"
#include "task/compute.hpp"
#include "task/options.hpp"

namespace waitbench {

// Waits, connects, sends "task<id>" and waits for the echo, all on the calling thread; records
// `started`, `written` and `read`. Throws if anything fails or the echo differs.
void fetch_blocking(int id, const Options& options, EventLog& log);

// Waits until the task is due, fetches, then computes; records `finished` besides. Throws
// TaskError.
void run_blocking_task(int id, const Options& options, EventLog& log);

}  // namespace waitbench
