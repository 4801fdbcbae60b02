// The computing stage: the one thing that a task can't do while it gives its thread away.
#pragma once

#include "record/event_log.hpp"
#include "task/workload.hpp"

namespace waitbench {

// Keeps the calling OS thread for `duration`, whichever way `kind` says. With `burn`, the duration
// is CPU time of this thread: where more threads compute than there are cores, each takes longer.
void hold_thread_for(Duration duration, ComputeKind kind);

// Keeps the calling OS thread for as long as the task computes; records `finished`.
void compute(int id, const Workload& workload, EventLog& log);

}  // namespace waitbench
