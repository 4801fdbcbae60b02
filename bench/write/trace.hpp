// trace.json: every run as a time line, for Perfetto and chrome://tracing.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "bench/write/trace_run.hpp"

namespace waitbench {

class TraceFile {
 public:
  // What is larger than `bytes_at_most` takes a viewer more than seconds to open.
  // `suite` describes what measures.
  explicit TraceFile(nlohmann::ordered_json suite, size_t bytes_at_most = 50'000'000)
      : suite_(std::move(suite)), bytes_at_most_(bytes_at_most) {}

  // Draws a run: its client and its server are processes, below those of the runs before, and all
  // runs start at 0, so that models stand one below the other on one axis. Once the trace has grown
  // to its size, further runs are only named.
  void add(const Run& run);

  std::string to_json() const;

  // Writes the file, whole. Throws std::system_error if that can't be done.
  void write(const std::filesystem::path& file) const;

 private:
  nlohmann::ordered_json suite_;
  size_t bytes_at_most_;
  TraceEvents events_;
  TraceSummary summary_;
};

}  // namespace waitbench
