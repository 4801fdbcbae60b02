// The task of the experiment, blocking: it keeps its thread from the first step to the last.
#pragma once

#include "record/event_log.hpp"
#include "task/options.hpp"

namespace waitbench {

// Waits, connects, sends "task<id>", waits for the echo, computes, all on the calling thread;
// records each of the four steps. Throws TaskError if anything fails or the echo differs.
void run_blocking_task(int id, const Options& options, EventLog& log);

}  // namespace waitbench
