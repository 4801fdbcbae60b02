// Draws the rows, the counts and the sparkline of a run.
#include "bench/show/live/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "bench/models/prediction.hpp"
#include "bench/records/stages.hpp"

namespace waitbench {
namespace {

// What a task does: one of the stages (bench/records/stages.hpp), or none.
enum class TaskState { not_started, connect, response, ready, compute, finished };

struct Look {
  std::string_view name;
  std::string_view glyph;
  Ink ink;
};

constexpr std::array<Look, 6> looks{{{"not started", ":", Ink::text},
                                     {"connect", ".", Ink::connect},
                                     {"response", "/", Ink::response},
                                     {"ready", "x", Ink::ready},
                                     {"compute", "#", Ink::compute},
                                     {"finished", "=", Ink::finished}}};

bool is_under_way(TaskState state) {
  return state != TaskState::not_started && state != TaskState::finished;
}

Cell cell_of(TaskState state) {
  const Look& look = looks.at(static_cast<size_t>(state));
  return {std::string{look.glyph}, look.ink};
}

Cell ghost_of(TaskState state) {
  if (!is_under_way(state)) return {};
  return {std::string{prediction_marks.substr(state == TaskState::compute ? 1 : 0, 1)}, Ink::ghost};
}

constexpr int narrowest_picture = 16;

TaskState state_in(Stage stage) {
  constexpr std::array states{TaskState::connect, TaskState::response, TaskState::ready,
                              TaskState::compute};
  return states.at(static_cast<size_t>(stage));
}

TaskState state_at(const TaskRecord& task, Duration time) {
  if (!task.started || time < task.started->time) return TaskState::not_started;
  if (task.finished && task.finished->time <= time) return TaskState::finished;
  const auto is_over = [&](const Stretch& stretch) { return stretch.end <= time; };
  const auto now = std::ranges::find_if_not(task.stages, is_over);
  if (now != task.stages.end()) return state_in(now->stage);
  return task.stages.empty() ? TaskState::connect : state_in(task.stages.back().stage);
}

TaskState state_at(const PredictedTask& task, Duration time) {
  const std::array ends{task.started, task.written, task.echoed, task.computes, task.finished};
  return static_cast<TaskState>(std::ranges::upper_bound(ends, time) - ends.begin());
}

bool is_clients(const Event& event) {
  return event.step <= Step::finished;
}

Duration elapsed_in(const RunSoFar& run) {
  return std::chrono::round<Duration>(run.elapsed);
}

// Each of the run's tasks, also those that nothing is known of yet.
std::vector<TaskRecord> all_tasks_of(const RunSoFar& run) {
  std::vector<Event> events = run.events;
  const auto servers = std::ranges::stable_partition(events, is_clients);
  std::vector<TaskRecord> tasks(static_cast<size_t>(run.tasks));
  for (TaskRecord& task : tasks_of({{events.begin(), servers.begin()},
                                    servers,
                                    run.start,
                                    elapsed_in(run),
                                    run.computing_at_most}))
    if (task.task >= 1 && task.task <= run.tasks)
      tasks[static_cast<size_t>(task.task - 1)] = std::move(task);
  return tasks;
}

// The thread that computes the task; none while nobody can know: a task that another thread took
// up says which one it was when it has finished.
std::optional<int> thread_of(const TaskRecord& task, std::span<const TaskRecord> all) {
  if (task.finished) return task.finished->thread;
  if (!task.computes) return std::nullopt;
  const auto was_taken_up_by_another = [&](const TaskRecord& other) {
    if (!other.computes || &other == &task) return false;
    if (other.finished) return other.finished->thread != other.read->thread;
    return other.computes->thread == task.computes->thread;  // at the same time: one of them
  };
  if (std::ranges::any_of(all, was_taken_up_by_another)) return std::nullopt;
  return task.computes->thread;
}

// The prediction for each task, which may be that of another by number: which of equal tasks goes
// first is not predicted.
std::vector<PredictedTask> predicted_by_rank(const RunSoFar& run,
                                             const std::vector<TaskRecord>& tasks) {
  auto predicted = run.predicted_tasks;
  if (predicted.size() != tasks.size()) return {};
  std::ranges::stable_sort(predicted, {}, &PredictedTask::computes);
  std::vector<size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    return tasks[i].computes ? tasks[i].computes->time : Duration::max();
  });
  auto by_task = predicted;
  for (size_t rank = 0; rank < order.size(); ++rank) by_task[order[rank]] = predicted[rank];
  return by_task;
}

// Writes the thread's number at the beginning of the compute stretch, where there is room.
void number_compute(Line& bar, int thread) {
  const auto is_compute = [](const Cell& cell) { return cell.ink == Ink::compute; };
  const auto begin = std::ranges::find_if(bar, is_compute);
  const auto end = std::find_if_not(begin, bar.end(), is_compute);
  const std::string number = std::to_string(thread);
  if (end - begin < std::ssize(number)) return;
  for (auto cell = begin; const char digit : number) (cell++)->glyph = digit;
}

// What the width of a picture stands for.
Seconds span_of(const RunSoFar& run) {
  return std::max({run.axis, run.predicted, run.elapsed, Seconds{1e-9}});
}

// The middle of a cell's time.
Duration time_of(size_t cell, size_t cells, Seconds span) {
  return std::chrono::round<Duration>((static_cast<double>(cell) + 0.5) /
                                      static_cast<double>(cells) * span);
}

// Each cell shows what the task did in the middle of its time; while that is still to come, what it
// is predicted to do. It is blank before the task has started, and when it has finished.
Line bar_of(const TaskRecord& task, const PredictedTask* predicted, const RunSoFar& run,
            size_t cells) {
  const Seconds span = span_of(run);
  Line bar(cells + 1);
  for (size_t i = 0; i < cells; ++i) {
    const Duration time = time_of(i, cells, span);
    if (time <= elapsed_in(run)) {
      if (const auto state = state_at(task, time); is_under_way(state)) bar[i] = cell_of(state);
    } else if (predicted != nullptr && !run.has_ended) {
      bar[i] = ghost_of(state_at(*predicted, time));
    }
  }
  const double mark = std::round(run.predicted / span * static_cast<double>(cells));
  bar[static_cast<size_t>(std::clamp(mark, 0.0, static_cast<double>(cells)))] = {
      std::string{prediction_marks.back()}};
  return bar;
}

std::vector<Line> rows_of(const RunSoFar& run, int width) {
  const size_t digits = std::to_string(run.tasks).size();
  const std::string_view word = width >= 60 ? "task " : "";
  const size_t cells = static_cast<size_t>(width) - 1 - (word.size() + digits + 1) - 1;
  auto numbers = thread_numbers(run.events);
  std::vector<Line> rows;
  const auto tasks = all_tasks_of(run);
  const auto predicted = predicted_by_rank(run, tasks);
  for (size_t i = 0; i < tasks.size(); ++i) {
    Line& row = rows.emplace_back(to_line(fmt::format("{}{:>{}} ", word, i + 1, digits)));
    Line bar = bar_of(tasks[i], predicted.empty() ? nullptr : &predicted[i], run, cells);
    if (const auto thread = thread_of(tasks[i], tasks)) number_compute(bar, numbers[*thread]);
    row.insert(row.end(), bar.begin(), bar.end());
  }
  return rows;
}

using Counts = std::array<int, looks.size()>;

template <typename Task>
Counts counts_at(const std::vector<Task>& tasks, Duration time) {
  Counts counts{};
  for (const Task& task : tasks) ++counts.at(static_cast<size_t>(state_at(task, time)));
  return counts;
}

// One line per stage: its name, how many tasks are in it, and a bar of as large a part of the
// width, on top of another for how many should be.
std::vector<Line> counts_of(const RunSoFar& run, int width) {
  const Counts counts = counts_at(all_tasks_of(run), elapsed_in(run));
  const Counts predicted = counts_at(run.predicted_tasks, elapsed_in(run));
  const size_t digits = std::to_string(run.tasks).size();
  std::vector<Line> lines;
  for (size_t i = 0; i < looks.size(); ++i) {
    Line& line = lines.emplace_back(
        to_line(fmt::format("{:<11} {:>{}} ", looks.at(i).name, counts.at(i), digits)));
    const double room =
        std::max(0.0, static_cast<double>(width) - 1.0 - static_cast<double>(line.size()));
    const auto length_of = [&](int count) {  // one task is seen, too
      return line.size() + static_cast<size_t>(std::ceil(room * count / run.tasks));
    };
    const size_t end = length_of(counts.at(i));
    const size_t ghosts_end = length_of(predicted.at(i));
    line.resize(end, cell_of(static_cast<TaskState>(i)));
    if (ghosts_end > end)
      line.resize(ghosts_end, {std::string{prediction_marks.front()}, Ink::ghost});
    line.resize(std::min(line.size(), static_cast<size_t>(width) - 1));
  }
  return lines;
}

}  // namespace

std::map<int, int> thread_numbers(std::vector<Event> events) {
  std::ranges::stable_sort(events, {}, &Event::time);
  std::map<int, int> numbers;
  for (const Event& event : events)
    if (is_clients(event)) numbers.emplace(event.thread, static_cast<int>(numbers.size()) + 1);
  return numbers;
}

bool has_row_per_task(int tasks, Size size) {
  return size.width >= narrowest_picture && tasks <= size.height;
}

std::vector<Line> picture_of(const RunSoFar& run, Size size) {
  if (has_row_per_task(run.tasks, size)) return rows_of(run, size.width);
  if (size.width >= narrowest_picture && std::ssize(looks) <= size.height)
    return counts_of(run, size.width);
  return {};
}

Line sparkline_of(const RunSoFar& run, int width) {
  constexpr std::array<std::string_view, 8> levels{"\u2581", "\u2582", "\u2583", "\u2584",
                                                   "\u2585", "\u2586", "\u2587", "\u2588"};
  const auto tasks = all_tasks_of(run);
  const auto full = static_cast<size_t>(run.most_under_way > 0 ? run.most_under_way : run.tasks);
  Line line(static_cast<size_t>(width));
  for (size_t i = 0; i < line.size(); ++i) {
    const Counts counts = counts_at(tasks, time_of(i, line.size(), span_of(run)));
    const std::span under_way{counts.begin() + 1, counts.end() - 1};
    const int sum = std::accumulate(under_way.begin(), under_way.end(), 0);
    if (sum == 0) continue;
    const size_t level =
        std::min((static_cast<size_t>(sum) * levels.size() - 1) / full, levels.size() - 1);
    const auto stage = std::ranges::max_element(under_way) - under_way.begin() + 1;
    line[i] = {std::string{levels.at(level)}, looks.at(static_cast<size_t>(stage)).ink, true};
  }
  return line;
}

Seconds common_axis(std::span<const Model* const> chosen, const Workload& workload,
                    std::span<const Server* const> chosen_servers) {
  constexpr double most_times_longer = 4;
  Seconds longest{0};
  Seconds shortest = Seconds::max();
  for (const Model* model : chosen)
    for (const Server* server : chosen_servers) {
      const Seconds predicted = predicted_makespan(*model, workload, *server);
      longest = std::max(longest, predicted);
      shortest = std::min(shortest, predicted);
    }
  return longest <= most_times_longer * shortest ? longest : Seconds{0};
}

}  // namespace waitbench
