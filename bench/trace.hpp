// trace.json: every run as a time line, for Perfetto and chrome://tracing.
#pragma once

#include <filesystem>

#include "bench/trace_run.hpp"

namespace waitbench {

class TraceFile {
 public:
  explicit TraceFile(std::filesystem::path file) : file_(std::move(file)) {}

  // Draws a run: its client and its server are processes, below those of the runs before, and all
  // runs start at 0, so that models stand one below the other on one axis. When the trace has grown
  // to a size that a viewer has trouble with, further runs are only named.
  void add(const Run& run);

  std::string to_json() const;

  // Writes the file, whole. Throws std::system_error if that can't be done.
  void write() const;

 private:
  std::filesystem::path file_;
  TraceEvents events_;
  TraceSummary summary_;
};

}  // namespace waitbench
