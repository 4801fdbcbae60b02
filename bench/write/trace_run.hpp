// Turns one run into events of a trace: client and server, their threads, the tasks.
#pragma once

#include "bench/records/run.hpp"
#include "bench/write/trace_events.hpp"

namespace waitbench {

// Of a run with more tasks, as many are drawn one by one, evenly spread; the others are summed up.
inline constexpr int tasks_drawn_at_most = 200;

// Of more handlers, the first ones are drawn.
inline constexpr size_t handlers_drawn_at_most = 5000;

// What of the runs a trace shows.
struct TraceSummary {
  int runs = 0;
  int runs_only_named = 0;  // for size
  int tasks = 0;            // with a record
  int tasks_drawn = 0;      // one by one
  size_t handlers = 0;      // of tracked clients
  size_t handlers_drawn = 0;
  int arrows_left_out = 0;  // they would point back in time
};

// The client becomes process `process`, the server the one after it. Time 0 is the start of the
// run.
void name_run(const Run& run, int process, TraceEvents& events);
void draw_run(const Run& run, int process, TraceEvents& events, TraceSummary& summary);

}  // namespace waitbench
