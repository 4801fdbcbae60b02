// The task of the experiment as a coroutine that computes elsewhere: it waits on one executor, and
// moves to another to compute.
#pragma once

#include "record/event_log.hpp"
#include "task/asio_types.hpp"
#include "task/options.hpp"

namespace waitbench {

// As run_task, but `started`, `written` and `read` happen on the executor it is spawned on, and
// computing and `finished` on a thread of `pool`. Between `read` and computing it may wait for that
// thread.
Awaitable<> run_offloading_task(int id, const Options& options, EventLog& log, Executor pool);

}  // namespace waitbench
