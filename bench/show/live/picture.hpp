// Draws a run as text while it goes on: one row per task that grows in real time over what is
// predicted, or, where there are more tasks than rows, how many tasks are in which stage.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"
#include "bench/models/simulation.hpp"
#include "bench/show/live/lines.hpp"
#include "record/event.hpp"

namespace waitbench {

struct RunSoFar {
  std::string title;   // "async_single_thread, 3 tasks"
  std::string lesson;  // what the model shows
  int tasks = 0;
  int most_under_way = 0;   // fill a sparkline's height; 0: all tasks
  bool has_picture = true;  // else there are too many tasks, or their events are not known
  Clock::time_point start;
  Seconds elapsed{};
  bool has_ended = false;
  Seconds predicted{};
  std::vector<PredictedTask> predicted_tasks;  // of each task; or none
  Seconds axis{};  // what the width stands for, if neither prediction nor run takes longer
  int computing_at_most = 1;  // so many tasks at once, as the model has it
  std::vector<Event> events;  // of client and server; a task's in the order of its steps
};

// The picture in at most `height` lines shorter than `width`. No lines if there is no room for any
// such picture.
std::vector<Line> picture_of(const RunSoFar& run, Size size);

// Whether the picture has one row per task.
bool has_row_per_task(int tasks, Size size);

// The run in one line of `width` characters: how many of the tasks are under way at each time, in
// the colour of the stage that most of those are in.
Line sparkline_of(const RunSoFar& run, int width);

// What the width should stand for to have the pictures of these models, against these servers,
// compare: the longest prediction; nothing where that would leave the shortest no room to be seen.
Seconds common_axis(std::span<const Model* const> chosen, const Workload& workload,
                    std::span<const Server* const> chosen_servers);

// OS thread -> 1, 2, ... in the order in which a client's threads took their first step: the
// picture names them so.
std::map<int, int> thread_numbers(std::vector<Event> events);

inline constexpr std::string_view prediction_marks = "-=|";  // waits, computes; the end

}  // namespace waitbench
