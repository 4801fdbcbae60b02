// Formats each event as text at once: a tree of 100,000 JSON objects would take too much memory.
#include "bench/write/trace_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace waitbench {
namespace {

// The format counts microseconds, and takes fractions.
std::string microseconds(Duration time) {
  return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

std::string with_arguments(std::string_view arguments) {
  return arguments.empty() ? "" : fmt::format(R"(,"args":{{{}}})", arguments);
}

std::string with_id(std::uint64_t id) {
  return fmt::format(R"(,"id":{})", id);
}

// Whatever a child said: what is not UTF-8 is replaced.
std::string to_text(const TraceEvents::Json& json) {
  return json.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace);
}

}  // namespace

void TraceEvents::name_process(int process, const std::string& name, const std::string& label) {
  const Track track{process, 0};
  add_metadata("process_name", track, {{"name", name}});
  if (!label.empty()) add_metadata("process_labels", track, {{"labels", label}});
  add_metadata("process_sort_index", track, {{"sort_index", process}});
}

void TraceEvents::name_thread(Track track, std::string_view name, int place) {
  add_metadata("thread_name", track, {{"name", name}});
  add_metadata("thread_sort_index", track, {{"sort_index", place}});
}

void TraceEvents::slice(Track track, Duration begin, Duration end, std::string_view name,
                        std::string_view arguments) {
  add('X', track, begin, "thread", name,
      fmt::format(R"(,"dur":{}{})", microseconds(end - begin), with_arguments(arguments)));
}

void TraceEvents::instant(Track track, Duration time, std::string_view name,
                          std::string_view arguments) {
  add('i', track, time, "thread", name, R"(,"s":"t")" + with_arguments(arguments));
}

void TraceEvents::begin_span(Track track, std::uint64_t id, Duration time, std::string_view name,
                             std::string_view arguments) {
  add('b', track, time, "task", name, with_id(id) + with_arguments(arguments));
}

void TraceEvents::end_span(Track track, std::uint64_t id, Duration time, std::string_view name) {
  add('e', track, time, "task", name, with_id(id));
}

void TraceEvents::arrow(std::string_view name, Track from, Duration begin, Track to, Duration end) {
  const auto id = next_id();
  add('s', from, begin, "arrow", name, with_id(id));
  // Bound to the enclosing slice, not to the next one.
  add('f', to, end, "arrow", name, with_id(id) + R"(,"bp":"e")");
}

void TraceEvents::count(int process, Duration time, std::string_view what, int value) {
  add('C', {process, 0}, time, "count", what, fmt::format(R"(,"args":{{"count":{}}})", value));
}

std::string TraceEvents::to_json(const Json& other_data) const {
  auto order = entries_;
  std::ranges::stable_sort(order, {}, &Entry::time);
  std::string json = R"({"displayTimeUnit":"ms","otherData":)" + to_text(other_data);
  json.reserve(json.size() + metadata_.size() + text_.size() + 2 * entries_.size() + 100);
  json += ",\n\"traceEvents\":[";
  json += metadata_;
  for (const Entry& entry : order) {
    json += json.ends_with('[') ? "\n" : ",\n";
    json += std::string_view{text_}.substr(entry.begin, entry.length);
  }
  return json + "\n]}\n";
}

void TraceEvents::add(char phase, Track track, Duration time, std::string_view category,
                      std::string_view name, std::string_view rest) {
  const size_t begin = text_.size();
  fmt::format_to(std::back_inserter(text_),
                 R"({{"ph":"{}","pid":{},"tid":{},"ts":{},"cat":"{}","name":"{}"{}}})", phase,
                 track.process, track.thread, microseconds(time), category, name, rest);
  entries_.push_back({time, begin, text_.size() - begin});
}

void TraceEvents::add_metadata(std::string_view what, Track track, const Json& arguments) {
  metadata_ += metadata_.empty() ? "\n" : ",\n";
  metadata_ += to_text({{"ph", "M"},
                        {"pid", track.process},
                        {"tid", track.thread},
                        {"name", what},
                        {"args", arguments}});
}

}  // namespace waitbench
