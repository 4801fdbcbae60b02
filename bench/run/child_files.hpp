// Reads the files that a child of the harness leaves: its events, and its report of itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/event_log.hpp"
#include "record/handler_log.hpp"

namespace waitbench {

// What a child says of itself in its --report.
struct Report {
  std::string ending;  // a name of Ending::Kind
  std::string message;
  int started = 0;  // tasks; of a server, connections
  std::int64_t peak_rss_bytes = 0;
};

// The files of one child, removed before it starts and when they have been read.
class ChildFiles {
 public:
  ChildFiles(const std::filesystem::path& directory, const std::string& who);
  ChildFiles(const ChildFiles&) = delete;
  ChildFiles& operator=(const ChildFiles&) = delete;
  ~ChildFiles();

  // Tells the child where to leave them.
  void add_to(std::vector<std::string>& command) const;

  bool has_events() const { return std::filesystem::exists(events_); }

  // These throw std::runtime_error that names the file and what is wrong in it: also if it is much
  // larger than the records of so many tasks are.
  std::vector<Event> events(int tasks) const;
  std::vector<HandlerEvent> handlers() const;
  Report report() const;

  // Of a process that failed, which may have left none, or anything.
  std::optional<Report> report_if_any() const;

 private:
  void remove() const;

  std::filesystem::path events_;
  std::filesystem::path report_;
  std::filesystem::path handlers_;  // only a tracked client leaves it
};

}  // namespace waitbench
