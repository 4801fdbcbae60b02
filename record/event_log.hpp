// Records which task took which step when, and on which OS thread.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/event_board.hpp"

namespace waitbench {

// A client's record, on a board whose slots for a client's steps are set aside at construction:
// recording takes no lock and allocates nothing, and any threads may record at once as long as no
// two record the same step of the same task. Read it when those threads have been joined.
class EventLog {
 public:
  using Listener = std::function<void(const Event&)>;

  // `listener`, if there is one, hears of every event on the thread that recorded it, after the
  // clock was read. It must stand being called from several threads.
  explicit EventLog(EventBoard board, Listener listener = {});
  explicit EventLog(int tasks, Listener listener = {})
      : EventLog(EventBoard{tasks}, std::move(listener)) {}

  // `task` counts from 1; `step` is one of a task's four.
  void record(int task, Step step);

  // How many tasks have recorded the step.
  int count(Step step) const { return board_.count(step); }

  // What was recorded, in the order of time.
  std::vector<Event> events() const;

 private:
  EventBoard board_;
  Listener listener_;
};

// CSV with the columns task,step,ns,thread; `ns` counts from the steady clock's epoch.
inline constexpr std::string_view csv_header = "task,step,ns,thread\n";
std::string csv_row(const Event& event);
std::string to_csv(std::span<const Event> events);

// Throws std::runtime_error that names file and line where the file is missing or malformed.
std::vector<Event> read_csv(const std::filesystem::path& file);

// A row of a record whose steps have other words; `step` is the place of its word among them.
struct EventRow {
  int task = 0;
  size_t step = 0;
  Clock::time_point time;
  int thread = 0;
};

std::string csv_row(const EventRow& row, std::span<const std::string_view> words);

// Throws like read_csv().
std::vector<EventRow> read_rows(const std::filesystem::path& file,
                                std::span<const std::string_view> words);

}  // namespace waitbench
