// The rules that a trace in the Trace Event Format must keep for a viewer to show it rightly.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace waitbench {

// Reads a trace event by event, and collects what breaks a rule.
class TraceRules {
 public:
  using Json = nlohmann::json;
  using Place = std::pair<int, int>;  // process and thread

  // What is wrong with the trace, a line each; empty if nothing is.
  static std::vector<std::string> broken_in(const Json& trace) {
    TraceRules rules;
    for (const Json& event : trace.at("traceEvents")) rules.read(event);
    rules.check_arrows();
    rules.check_names();
    for (const auto& [id, open] : rules.open_spans_)
      if (!open.empty()) rules.complain("id {}: '{}' never ends", id, open.back());
    return rules.broken_;
  }

 private:
  struct Slice {
    std::int64_t begin;
    std::int64_t end;
  };
  struct ArrowEnd {
    char phase;
    Place place;
    std::int64_t time;
  };

  template <typename... Values>
  void complain(fmt::format_string<Values...> format, Values&&... values) {
    broken_.push_back(fmt::format(format, std::forward<Values>(values)...));
  }

  // Times are microseconds; the clock gives nanoseconds.
  static std::int64_t nanoseconds(const Json& microseconds) {
    return std::llround(microseconds.get<double>() * 1000);
  }

  void read(const Json& event) {
    const char phase = event.at("ph").get<std::string>().at(0);
    const int process = event.at("pid");
    if (phase == 'M') return read_name(event, process);
    const std::int64_t time = nanoseconds(event.at("ts"));
    if (time < latest_) complain("{}: earlier than the event before", event.dump());
    if (time < 0) complain("{}: before the run", event.dump());
    latest_ = time;
    used_processes_.insert(process);
    if (phase == 'C') return read_count(event);
    const Place place{process, event.at("tid")};
    used_threads_.insert(place);
    if (phase == 'X')
      read_slice(event, place, time);
    else if (phase == 'b' || phase == 'e')
      read_span(event, phase);
    else if (phase == 's' || phase == 'f')
      arrows_[event.at("id")].push_back({phase, place, time});
    else if (phase != 'i')
      complain("{}: no kind of event that is expected", event.dump());
  }

  void read_name(const Json& event, int process) {
    if (event.at("name") == "process_name") named_processes_.insert(process);
    if (event.at("name") == "thread_name") named_threads_.insert({process, event.at("tid")});
  }

  void read_count(const Json& event) {
    for (const auto& [what, value] : event.at("args").items())
      if (!value.is_number_integer() || value < 0)
        complain("{}: {} is no count", event.dump(), what);
  }

  // Slices come in the order of their beginnings: each fits into those that are still open.
  void read_slice(const Json& event, Place place, std::int64_t begin) {
    const std::int64_t end = begin + nanoseconds(event.at("dur"));
    if (end < begin) complain("{}: ends before it begins", event.dump());
    auto& open = open_slices_[place];
    while (!open.empty() && open.back() <= begin) open.pop_back();
    if (!open.empty() && end > open.back()) complain("{}: overlaps another", event.dump());
    open.push_back(end);
    slices_[place].push_back({begin, end});
  }

  void read_span(const Json& event, char phase) {
    auto& open = open_spans_[event.at("id")];
    if (phase == 'b')
      open.push_back(event.at("name"));
    else if (open.empty() || open.back() != event.at("name").get<std::string>())
      complain("{}: ends what is not the last begun", event.dump());
    else
      open.pop_back();
  }

  void check_arrows() {
    for (const auto& [id, ends] : arrows_) {
      if (ends.size() != 2 || ends[0].phase != 's' || ends[1].phase != 'f')
        complain("arrow {}: has not one beginning, then one end", id);
      for (const ArrowEnd& end : ends)
        if (!std::ranges::any_of(slices_[end.place], [&](const Slice& slice) {
              return slice.begin <= end.time && end.time <= slice.end;
            }))
          complain("arrow {}: '{}' lies in no slice", id, end.phase);
    }
  }

  void check_names() {
    for (const int process : used_processes_)
      if (!named_processes_.contains(process)) complain("process {} has no name", process);
    for (const auto& [process, thread] : used_threads_)
      if (!named_threads_.contains({process, thread}))
        complain("thread {} of process {} has no name", thread, process);
  }

  std::vector<std::string> broken_;
  std::int64_t latest_ = 0;
  std::set<int> used_processes_, named_processes_;
  std::set<Place> used_threads_, named_threads_;
  std::map<Place, std::vector<std::int64_t>> open_slices_;
  std::map<Place, std::vector<Slice>> slices_;
  std::map<std::uint64_t, std::vector<std::string>> open_spans_;
  std::map<std::uint64_t, std::vector<ArrowEnd>> arrows_;
};

}  // namespace waitbench
