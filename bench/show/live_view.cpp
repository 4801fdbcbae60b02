// Draws the rows, the counts and the captions of the live view.
#include "bench/show/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "bench/models/prediction.hpp"
#include "bench/records/stages.hpp"

namespace waitbench {
namespace {

// How a stage looks: on a screen without colours the character tells it, on a projector the colour.
struct Look {
  std::string_view name;
  char character;
  std::string_view colours;  // what lies between ESC [ and m
};

constexpr std::array<Look, 6> looks{{{"not started", '-', ""},
                                     {"connect", '.', "30;43"},
                                     {"response", '/', "30;46"},
                                     {"ready", 'x', "97;41"},
                                     {"compute", '#', "97;44"},
                                     {"finished", '=', ""}}};

const Look& look_of(TaskState stage) {
  return looks.at(static_cast<size_t>(stage));
}

constexpr char prediction_mark = '|';
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

// OS thread -> 1, 2, ... in the order in which the threads took their first step.
std::map<int, int> thread_numbers(std::vector<Event> events) {
  std::ranges::stable_sort(events, {}, &Event::time);
  std::map<int, int> numbers;
  for (const Event& event : events)
    if (is_clients(event)) numbers.emplace(event.thread, static_cast<int>(numbers.size()) + 1);
  return numbers;
}

void append(Line& line, std::string_view text, TaskState stage = TaskState::not_started) {
  for (const char character : text) line.push_back({character, stage});
}

// Writes the thread's number at the beginning of the compute stretch, where there is room.
void number_compute(Line& bar, int thread) {
  const auto is_compute = [](const Cell& cell) { return cell.stage == TaskState::compute; };
  const auto begin = std::ranges::find_if(bar, is_compute);
  const auto end = std::find_if_not(begin, bar.end(), is_compute);
  const std::string number = std::to_string(thread);
  if (end - begin < std::ssize(number)) return;
  for (auto cell = begin; const char digit : number) (cell++)->character = digit;
}

// Each cell shows what the task did in the middle of its time; it is blank while that is still to
// come, before the task has started, and when it has finished.
Line bar_of(const TaskRecord& task, const RunSoFar& run, size_t cells, Seconds span) {
  Line bar(cells + 1);
  for (size_t i = 0; i < cells; ++i) {
    const Seconds middle = (static_cast<double>(i) + 0.5) / static_cast<double>(cells) * span;
    if (middle > run.elapsed) break;
    const TaskState stage = state_at(task, std::chrono::round<Duration>(middle));
    if (stage != TaskState::not_started && stage != TaskState::finished)
      bar[i] = {look_of(stage).character, stage};
  }
  const double mark = std::round(run.predicted / span * static_cast<double>(cells));
  bar[static_cast<size_t>(std::clamp(mark, 0.0, static_cast<double>(cells)))] = {prediction_mark};
  return bar;
}

std::vector<Line> rows_of(const RunSoFar& run, int width) {
  const Seconds span = std::max({run.axis, run.predicted, run.elapsed, Seconds{1e-9}});
  const size_t digits = std::to_string(run.tasks).size();
  const std::string_view word = width >= 60 ? "task " : "";
  const size_t cells = static_cast<size_t>(width) - 1 - (word.size() + digits + 1) - 1;
  auto numbers = thread_numbers(run.events);
  std::vector<Line> rows;
  const auto tasks = all_tasks_of(run);
  for (const TaskRecord& task : tasks) {
    Line& row = rows.emplace_back();
    append(row, fmt::format("{}{:>{}} ", word, rows.size(), digits));
    Line bar = bar_of(task, run, cells, span);
    if (const auto thread = thread_of(task, tasks)) number_compute(bar, numbers[*thread]);
    row.insert(row.end(), bar.begin(), bar.end());
  }
  return rows;
}

// One line per stage: its name, how many tasks are in it, and a bar of as large a part of the
// width.
std::vector<Line> counts_of(const RunSoFar& run, int width) {
  std::array<int, looks.size()> counts{};
  for (const TaskRecord& task : all_tasks_of(run))
    ++counts.at(static_cast<size_t>(state_at(task, elapsed_in(run))));
  const size_t digits = std::to_string(run.tasks).size();
  std::vector<Line> lines;
  for (size_t i = 0; i < looks.size(); ++i) {
    Line& line = lines.emplace_back();
    append(line, fmt::format("{:<11} {:>{}} ", looks.at(i).name, counts.at(i), digits));
    const double room =
        std::max(0.0, static_cast<double>(width) - 1.0 - static_cast<double>(line.size()));
    const double length = std::ceil(room * counts.at(i) / run.tasks);  // one task is seen, too
    append(line, std::string(static_cast<size_t>(length), looks.at(i).character),
           static_cast<TaskState>(i));
    line.resize(std::min(line.size(), static_cast<size_t>(width) - 1));
  }
  return lines;
}

}  // namespace

std::string text_of(const Line& line) {
  std::string text;
  for (const Cell& cell : line) text += cell.character;
  return text;
}

std::string coloured(const Line& line) {
  std::string text;
  std::string_view current;
  for (const Cell& cell : line) {
    const std::string_view wanted = look_of(cell.stage).colours;
    if (wanted != current) text += fmt::format("\x1b[{}m", wanted.empty() ? "0" : wanted);
    current = wanted;
    text += cell.character;
  }
  return current.empty() ? text : text + "\x1b[0m";
}

bool has_row_per_task(int tasks, Size size) {
  return size.width >= narrowest_picture && tasks <= size.height - 2;
}

std::vector<Line> picture_of(const RunSoFar& run, Size size) {
  if (has_row_per_task(run.tasks, size)) return rows_of(run, size.width);
  if (size.width >= narrowest_picture && std::ssize(looks) <= size.height - 2)
    return counts_of(run, size.width);
  return {};
}

std::string caption_of(const RunSoFar& run, int width, bool with_bar) {
  const int decimals = run.predicted < Seconds{1} ? 2 : 1;
  const std::string elapsed = fmt::format("{:.{}f}", run.elapsed.count(), decimals);
  const std::string predicted = fmt::format("{:.{}f} s", run.predicted.count(), decimals);
  constexpr int bar_width = 20;
  const double part = run.predicted.count() > 0 ? std::min(1.0, run.elapsed / run.predicted) : 1.0;
  const int filled = static_cast<int>(part * bar_width);

  std::vector<std::string> forms{
      fmt::format("{} {}: {} s of {} predicted", run.position, run.title, elapsed, predicted),
      fmt::format("{}: {} of {}", run.title.substr(0, run.title.find(',')), elapsed, predicted),
      fmt::format("{} of {}", elapsed, predicted), elapsed};
  if (with_bar)
    forms.insert(forms.begin(),
                 fmt::format("{} {} [{:#>{}}{:.>{}}] {} s of {} predicted", run.position, run.title,
                             "", filled, "", bar_width - filled, elapsed, predicted));
  const auto fits = [&](const std::string& form) { return std::ssize(form) < width; };
  const auto form = std::ranges::find_if(forms, fits);
  return form == forms.end() ? "" : *form;
}

std::vector<Line> legend(int width) {
  const std::vector<std::pair<Line, std::string_view>> entries{
      {Line{{'.', TaskState::connect}}, "connect"},
      {Line{{'/', TaskState::response}}, "response"},
      {Line{{'x', TaskState::ready}}, "ready, no thread"},
      {Line{{'1', TaskState::compute}, {'#', TaskState::compute}}, "compute on thread 1"},
      {Line{{prediction_mark}}, "predicted"}};
  std::vector<Line> lines(1);
  for (const auto& [sample, meaning] : entries) {
    Line entry = sample;
    append(entry, " ");
    append(entry, meaning);
    const size_t gap = lines.back().empty() ? 0 : 2;
    if (gap > 0 && lines.back().size() + gap + entry.size() >= static_cast<size_t>(width))
      lines.emplace_back();
    else
      append(lines.back(), std::string(gap, ' '));
    lines.back().insert(lines.back().end(), entry.begin(), entry.end());
    lines.back().resize(std::min(lines.back().size(), static_cast<size_t>(std::max(1, width - 1))));
  }
  return lines;
}

Seconds common_axis(std::span<const Model* const> chosen, const Workload& workload) {
  constexpr double most_times_longer = 4;
  Seconds longest{0};
  Seconds shortest = Seconds::max();
  for (const Model* model : chosen) {
    const Seconds predicted = predicted_makespan(*model, workload);
    longest = std::max(longest, predicted);
    shortest = std::min(shortest, predicted);
  }
  return longest <= most_times_longer * shortest ? longest : Seconds{0};
}

}  // namespace waitbench
