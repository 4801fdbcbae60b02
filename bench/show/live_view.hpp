// Draws a run as text while it goes on: one row per task that grows in real time, or, where
// there are more tasks than rows, how many tasks are in which stage.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/models/models.hpp"
#include "record/event.hpp"

namespace waitbench {

// What a task does: one of the stages (bench/records/stages.hpp), or none.
enum class TaskState { not_started, connect, response, ready, compute, finished };

// A character of a picture, and the stage that it stands for, if any: text has `not_started`.
struct Cell {
  char character = ' ';
  TaskState stage = TaskState::not_started;

  bool operator==(const Cell&) const = default;
};
using Line = std::vector<Cell>;

std::string text_of(const Line& line);
std::string coloured(const Line& line);  // with escape sequences; the same characters in the same
                                         // places

struct RunSoFar {
  std::string_view position;  // "[3/5]"
  std::string_view title;     // "async_single_thread, 3 tasks"
  int tasks = 0;
  Clock::time_point start;
  Seconds elapsed{};
  Seconds predicted{};
  Seconds axis{};  // what the width stands for, if neither prediction nor run takes longer
  int computing_at_most = 1;  // so many tasks at once, as the model has it
  std::vector<Event> events;  // of client and server; a task's in the order of its steps
};

struct Size {
  int width = 80;
  int height = 24;
};

// The picture, of fewer lines than `size.height` and fewer characters a line than `size.width`. No
// lines if there is no room for any such picture.
std::vector<Line> picture_of(const RunSoFar& run, Size size);

// Whether the picture has one row per task.
bool has_row_per_task(int tasks, Size size);

// Elapsed against predicted in a line shorter than `width`; with a bar, if asked for one and there
// is room.
std::string caption_of(const RunSoFar& run, int width, bool with_bar);

// What the characters of a picture mean, in lines shorter than `width`.
std::vector<Line> legend(int width);

// What the width should stand for to have the pictures of these models compare: the longest
// prediction; nothing where that would leave the shortest no room to be seen.
Seconds common_axis(std::span<const Model* const> chosen, const Workload& workload);

}  // namespace waitbench
