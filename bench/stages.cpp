// Steps into stages.
#include "bench/stages.hpp"

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

void put_in_order(TaskRecord& record) {
  Duration latest{0};
  for (auto* step : {&record.started, &record.written, &record.read, &record.finished})
    if (*step) latest = (*step)->time = std::max((*step)->time, latest);
}

// Where another thread finishes the task than the one that read the reply, that one took it up once
// it was free: after the last task that it finished in between.
Moment taken_up(const TaskRecord& record, const Finishes& finishes) {
  Moment moment = *record.read;
  if (!record.finished || record.finished->thread == moment.thread) return moment;
  moment.thread = record.finished->thread;
  const auto& ends = finishes.at(moment.thread);
  const auto next = std::ranges::lower_bound(ends, record.finished->time);
  if (next != ends.begin()) moment.time = std::max(moment.time, *std::prev(next));
  return moment;
}

std::vector<Stretch> stages_of(const TaskRecord& record, Duration end) {
  std::vector<Stretch> stages;
  const auto add = [&](Stage stage, Duration from, Duration to) {
    if (from < to) stages.push_back({stage, from, to});
  };
  const auto time_or_end = [&](const auto& moment) { return moment ? moment->time : end; };
  if (record.started) add(Stage::connect, record.started->time, time_or_end(record.written));
  if (record.written) {
    const Duration written = record.written->time;
    const Duration read = time_or_end(record.read);
    Duration reply = read;
    if (record.echoed) reply = std::clamp(record.echoed->time, written, read);
    add(Stage::response, written, reply);
    add(Stage::ready, reply, read);
  }
  if (record.computes) {
    add(Stage::ready, record.read->time, record.computes->time);
    add(Stage::compute, record.computes->time, time_or_end(record.finished));
  }
  return stages;
}

}  // namespace

Moment moment_in(const Run& run, Clock::time_point time, int thread) {
  return {std::max(time - run.start, Duration{0}), thread};
}

Duration end_of(const Run& run) {
  Duration end{0};
  for (const auto* events : {&run.events, &run.server_events})
    for (const Event& event : *events) end = std::max(end, event.time - run.start);
  return end;
}

std::vector<TaskRecord> tasks_of(const Run& run) {
  std::map<int, TaskRecord> records;
  for (const Event& event : run.events) {
    if (event.step > Step::finished) continue;  // a server's step, from a client that went wrong
    auto& place = place_of(event.step, records[event.task]);
    if (!place) place = moment_in(run, event.time, event.thread);
  }
  for (const Event& event : run.server_events)
    if (event.step == Step::echoed && records.contains(event.task))
      records[event.task].echoed = moment_in(run, event.time, event.thread);

  Finishes finishes;
  for (auto& [task, record] : records) {
    record.task = task;
    put_in_order(record);
    if (record.finished) finishes[record.finished->thread].push_back(record.finished->time);
  }
  for (auto& [thread, ends] : finishes) std::ranges::sort(ends);

  std::vector<TaskRecord> tasks;
  const Duration end = end_of(run);
  for (auto& [task, record] : records) {
    if (record.read) record.computes = taken_up(record, finishes);
    record.stages = stages_of(record, end);
    tasks.push_back(std::move(record));
  }
  return tasks;
}

}  // namespace waitbench
