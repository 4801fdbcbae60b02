// Records events, and writes and reads them as CSV.
#include "record/event_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>

#include "record/csv.hpp"

namespace waitbench {

int this_thread_id() {
  static thread_local const int id = gettid();
  return id;
}

EventLog::EventLog(EventBoard board, Listener listener)
    : board_(std::move(board)), listener_(std::move(listener)) {
  board_.clear(Step::started, Step::finished);
}

void EventLog::record(int task, Step step) {
  const auto now = Clock::now();
  const Event event{task, step, now, this_thread_id()};
  board_.put(event);
  if (listener_) listener_(event);
}

std::vector<Event> EventLog::events() const {
  auto events = board_.events(Step::started, Step::finished);
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

std::string csv_row(const Event& event) {
  std::string row = std::to_string(event.task);
  row.append(",").append(name_of(event.step));
  row.append(",").append(std::to_string(event.time.time_since_epoch().count()));
  return row.append(",").append(std::to_string(event.thread)).append("\n");
}

std::string to_csv(std::span<const Event> events) {
  std::string text{csv_header};
  for (const Event& event : events) text += csv_row(event);
  return text;
}

namespace {

std::optional<Event> parse_row(std::string_view line) {
  Event event;
  const std::string_view task = take_field(line);
  const auto step = std::ranges::find(step_names, take_field(line));
  std::int64_t ns = 0;
  if (!parse_whole(task, event.task) || event.task < 0 || step == step_names.end() ||
      !parse_whole(take_field(line), ns) || ns < 0 || !parse_whole(line, event.thread))
    return std::nullopt;
  event.step = static_cast<Step>(step - step_names.begin());
  event.time = Clock::time_point{Duration{ns}};
  return event;
}

}  // namespace

std::vector<Event> read_csv(const std::filesystem::path& file) {
  return read_rows(file, csv_header, parse_row);
}

}  // namespace waitbench
