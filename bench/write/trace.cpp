// Puts the runs one after the other, and tells what the trace leaves out.
#include "bench/write/trace.hpp"

#include "support/whole_file.hpp"

namespace waitbench {

void TraceFile::add(const Run& run) {
  const int process = 2 * summary_.runs + 1;
  ++summary_.runs;
  name_run(run, process, events_);
  if (events_.size() < bytes_at_most_)
    draw_run(run, process, events_, summary_);
  else
    ++summary_.runs_only_named;
}

std::string TraceFile::to_json() const {
  return events_.to_json({{"suite", suite_},
                          {"times", "microseconds from the start of each run: all start at 0"},
                          {"runs", summary_.runs},
                          {"runs_only_named", summary_.runs_only_named},
                          {"tasks", summary_.tasks},
                          {"tasks_drawn_one_by_one", summary_.tasks_drawn},
                          {"handlers", summary_.handlers},
                          {"handlers_drawn", summary_.handlers_drawn},
                          {"arrows_left_out", summary_.arrows_left_out}});
}

void TraceFile::write(const std::filesystem::path& file) const {
  write_whole(file, to_json());
}

}  // namespace waitbench
