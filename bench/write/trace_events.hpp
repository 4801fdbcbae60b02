// The Trace Event Format: JSON that Perfetto and chrome://tracing open.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "task/workload.hpp"

namespace waitbench {

// Where an event is drawn: a thread of a process, by numbers that need not be the system's.
struct Track {
  int process = 0;
  int thread = 0;
};

// Collects events in any order and tells them in the order of time. Where times are equal, the
// order of the calls stands: call what encloses before what it encloses, and slices before the
// arrows between them. Names are written as they are: they need no escaping, except those of
// processes, which may hold anything.
class TraceEvents {
 public:
  using Json = nlohmann::ordered_json;

  // `label` stands beside the name. Processes are shown in the order of their numbers.
  void name_process(int process, const std::string& name, const std::string& label);
  // Threads of a process are shown in the order of `place`.
  void name_thread(Track track, std::string_view name, int place);

  // The thread was busy with something. Slices of a track may enclose each other, not overlap.
  void slice(Track track, Duration begin, Duration end, std::string_view name,
             std::string_view arguments = "");

  // Something happened on the thread, and took no time.
  void instant(Track track, Duration time, std::string_view name, std::string_view arguments = "");

  // Something lasted, wherever it ran. What has the same id shares a row, one within the other: end
  // what is enclosed before what encloses it.
  void begin_span(Track track, std::uint64_t id, Duration time, std::string_view name,
                  std::string_view arguments = "");
  void end_span(Track track, std::uint64_t id, Duration time, std::string_view name);

  // From the slice that `from` was in at `begin` to the one that `to` was in at `end`.
  void arrow(std::string_view name, Track from, Duration begin, Track to, Duration end);

  void count(int process, Duration time, std::string_view what, int value);

  // For spans; arrows take theirs from here too.
  std::uint64_t next_id() { return ++last_id_; }

  size_t size() const { return text_.size(); }  // in bytes, about
  std::string to_json(const Json& other_data) const;

 private:
  struct Entry {
    Duration time;
    size_t begin;
    size_t length;
  };

  void add(char phase, Track track, Duration time, std::string_view category, std::string_view name,
           std::string_view rest);
  void add_metadata(std::string_view what, Track track, const Json& arguments);

  std::string metadata_;  // comes first
  std::string text_;      // the events as JSON, in the order of the calls
  std::vector<Entry> entries_;
  std::uint64_t last_id_ = 0;
};

}  // namespace waitbench
