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

std::string csv_row(const EventRow& row, std::span<const std::string_view> words) {
  std::string text = std::to_string(row.task);
  text.append(",").append(words[row.step]);
  text.append(",").append(std::to_string(row.time.time_since_epoch().count()));
  return text.append(",").append(std::to_string(row.thread)).append("\n");
}

std::string csv_row(const Event& event) {
  return csv_row({event.task, static_cast<size_t>(event.step), event.time, event.thread},
                 step_names);
}

std::string to_csv(std::span<const Event> events) {
  std::string text{csv_header};
  for (const Event& event : events) text += csv_row(event);
  return text;
}

namespace {

std::optional<EventRow> parse_row(std::string_view line, std::span<const std::string_view> words) {
  EventRow row;
  const std::string_view task = take_field(line);
  const auto word = std::ranges::find(words, take_field(line));
  std::int64_t ns = 0;
  if (!parse_whole(task, row.task) || row.task < 0 || word == words.end() ||
      !parse_whole(take_field(line), ns) || ns < 0 || !parse_whole(line, row.thread))
    return std::nullopt;
  row.step = static_cast<size_t>(word - words.begin());
  row.time = Clock::time_point{Duration{ns}};
  return row;
}

}  // namespace

std::vector<EventRow> read_rows(const std::filesystem::path& file,
                                std::span<const std::string_view> words) {
  return read_csv_rows<EventRow>(file, csv_header,
                                 [words](std::string_view line) { return parse_row(line, words); });
}

std::vector<Event> read_csv(const std::filesystem::path& file) {
  std::vector<Event> events;
  for (const EventRow& row : read_rows(file, step_names))
    events.push_back({row.task, static_cast<Step>(row.step), row.time, row.thread});
  return events;
}

}  // namespace waitbench
