// Turns the steps of tasks into stages.
#include "bench/records/stages.hpp"

#include <algorithm>
#include <map>

namespace waitbench {
namespace {

using Finishes = std::map<int, std::vector<Duration>>;  // by thread, ascending

std::optional<Moment>& place_of(Step step, TaskRecord& record) {
  switch (step) {
    case Step::started:
      return record.started;
    case Step::written:
      return record.written;
    case Step::read:
      return record.read;
    default:
      return record.finished;
  }
}

// One for each task that took a step of a client's, by number.
std::vector<TaskRecord> empty_records_of(std::span<const Event> events) {
  std::vector<int> numbers;
  for (const Event& event : events)
    if (event.step <= Step::finished) numbers.push_back(event.task);
  std::ranges::sort(numbers);
  const auto repeated = std::ranges::unique(numbers);
  numbers.erase(repeated.begin(), repeated.end());
  std::vector<TaskRecord> tasks(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) tasks[i].task = numbers[i];
  return tasks;
}

TaskRecord* find(std::vector<TaskRecord>& tasks, int number) {
  const auto place = std::ranges::lower_bound(tasks, number, {}, &TaskRecord::task);
  return place != tasks.end() && place->task == number ? &*place : nullptr;
}

void put_in_order(TaskRecord& record) {
  Duration latest{0};
  for (auto* step : {&record.started, &record.written, &record.read, &record.finished})
    if (*step) latest = (*step)->time = std::max((*step)->time, latest);
}

// The thread that finishes the task took it up once it was free: when it was read, or after the
// last task that the thread finished in between.
Moment taken_up(const TaskRecord& record, const Finishes& finishes) {
  Moment moment{record.read->time, record.finished->thread};
  const auto& ends = finishes.at(moment.thread);
  const auto next = std::ranges::lower_bound(ends, record.finished->time);
  if (next != ends.begin()) moment.time = std::max(moment.time, *std::prev(next));
  return moment;
}

std::vector<Stretch> stages_of(const TaskRecord& record, Duration end) {
  std::vector<Stretch> stages;
  stages.reserve(5);
  const auto add = [&](Stage stage, Duration from, Duration to, int thread = 0) {
    if (from < to) stages.push_back({stage, from, to, thread});
  };
  // A stage lasts until the next step that is on record, whichever that is.
  const auto time_or_end = [&](const auto&... next) {
    Duration time = end;
    static_cast<void>(((next ? (time = next->time, true) : false) || ...));
    return time;
  };
  if (record.started)
    add(Stage::connect, record.started->time,
        time_or_end(record.written, record.read, record.finished), record.started->thread);
  if (record.written) {
    const Duration written = record.written->time;
    const Duration read = time_or_end(record.read, record.finished);
    Duration reply = read;
    if (record.echoed) reply = std::clamp(record.echoed->time, written, read);
    add(Stage::response, written, reply, record.written->thread);
    add(Stage::ready, reply, read);
  }
  if (record.read) {
    const Duration taken_up = time_or_end(record.computes);
    add(Stage::ready, record.read->time, taken_up);
    const int thread = record.computes ? record.computes->thread : record.read->thread;
    add(Stage::compute, taken_up, time_or_end(record.finished), thread);
  }
  return stages;
}

// The others that finished made room for it: the n-th to come is taken up when n - at_most have.
void take_up_unfinished(std::vector<TaskRecord>& tasks, int at_most) {
  std::vector<TaskRecord*> arrived;
  std::vector<Duration> ends;
  for (TaskRecord& task : tasks) {
    if (task.read) arrived.push_back(&task);
    if (task.finished) ends.push_back(task.finished->time);
  }
  std::ranges::stable_sort(arrived, {}, [](const TaskRecord* task) { return task->read->time; });
  std::ranges::sort(ends);
  const auto room = static_cast<size_t>(at_most);
  for (size_t n = 0; n < arrived.size(); ++n) {
    TaskRecord& task = *arrived[n];
    if (task.finished || n >= ends.size() + room) continue;
    task.computes = task.read;
    if (n >= room) task.computes->time = std::max(task.read->time, ends[n - room]);
  }
}

}  // namespace

Moment moment_after(Clock::time_point start, Clock::time_point time, int thread) {
  return {std::max(time - start, Duration{0}), thread};
}

Duration end_of(const Run& run) {
  Duration end = run.cut_after.value_or(Duration{0});
  for (const auto* events : {&run.events, &run.server_events})
    for (const Event& event : *events) end = std::max(end, event.time - run.start);
  return end;
}

std::vector<TaskRecord> tasks_of(const Records& records) {
  auto tasks = empty_records_of(records.client);
  for (const Event& event : records.client) {
    if (event.step > Step::finished) continue;  // a server's step, from a client that went wrong
    auto& place = place_of(event.step, *find(tasks, event.task));
    if (!place) place = moment_after(records.start, event.time, event.thread);
  }
  for (const Event& event : records.server)
    if (auto* record = find(tasks, event.task); record && event.step == Step::echoed)
      record->echoed = moment_after(records.start, event.time, event.thread);

  Finishes finishes;
  for (TaskRecord& record : tasks) {
    put_in_order(record);
    if (record.finished) finishes[record.finished->thread].push_back(record.finished->time);
  }
  for (auto& [thread, ends] : finishes) std::ranges::sort(ends);
  for (TaskRecord& record : tasks)
    if (record.read && record.finished) record.computes = taken_up(record, finishes);
  take_up_unfinished(tasks, records.computing_at_most);
  for (TaskRecord& record : tasks) record.stages = stages_of(record, records.end);
  return tasks;
}

std::vector<TaskRecord> tasks_of(const Run& run) {
  return tasks_of({run.events, run.server_events, run.start, end_of(run),
                   expected_structure(run.model->facts, run.workload).computing});
}

std::vector<Stretch> stages_of(const PredictedTask& task) {
  std::vector<Stretch> stages{{Stage::connect, task.started, task.written, 0},
                              {Stage::response, task.written, task.echoed, 0},
                              {Stage::ready, task.echoed, task.computes, 0},
                              {Stage::compute, task.computes, task.finished, task.place}};
  std::erase_if(stages, [](const Stretch& stretch) { return stretch.begin == stretch.end; });
  return stages;
}

}  // namespace waitbench
