// Draws slices on threads, and one block for slices that nobody could tell apart.
#include "bench/write/thread_tracks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waitbench {
namespace {

// Neighbours that are closer than this part of the run can't be told apart.
constexpr int visible_parts = 1500;

}  // namespace

ThreadTracks::ThreadTracks(std::span<const Event> events) {
  for (const Event& event : events)
    numbers_.try_emplace(event.thread, static_cast<int>(numbers_.size()) + 1);
}

void ThreadTracks::draw(const TaskRecord& task, bool held, Duration end) {
  const auto time_or_end = [&](const auto& moment) { return moment ? moment->time : end; };
  const auto add = [&](const Moment& from, Duration to, std::string name) {
    slices_of(from.thread)
        .push_back({from.time, to, std::move(name), fmt::format(R"("task":{})", task.task)});
  };
  const std::string whose = fmt::format("task {}", task.task);
  const auto& [id, started, written, read, finished, echoed, computes, stages] = task;

  if (started) started_[started->thread].emplace_back(started->time, id);
  if (held) {
    if (started) add(*started, time_or_end(finished), whose);
    if (started) add(*started, time_or_end(written), "connect");
    if (written) add(*written, time_or_end(read), "response");
  } else {
    if (started) draw_step("started", id, *started);
    if (written) draw_step("written", id, *written);
    if (computes) add(*computes, time_or_end(finished), whose);
  }
  if (computes) add(*computes, time_or_end(finished), "compute");
  const bool handed_over = computes && computes->thread != read->thread;
  if (handed_over) draw_step("read", id, *read);
}

void ThreadTracks::draw_step(std::string_view name, int task, const Moment& moment) {
  slices_of(moment.thread)
      .push_back({moment.time, moment.time + shortest_slice, std::string{name},
                  fmt::format(R"("task":{})", task)});
}

void ThreadTracks::draw_slice(const Moment& begin, Duration end, std::string name) {
  slices_of(begin.thread).push_back({begin.time, end, std::move(name), ""});
}

std::vector<ThreadTracks::Slice>& ThreadTracks::slices_of(int thread) {
  numbers_.try_emplace(thread, static_cast<int>(numbers_.size()) + 1);
  return slices_[thread];
}

void ThreadTracks::sum_up(const TaskRecord& task, bool held, Duration end) {
  const auto& from = held ? task.started : task.computes;
  if (from)
    busy_[from->thread].push_back({from->time, task.finished ? task.finished->time : end, 1});
}

void ThreadTracks::write(int process, Duration end, TraceEvents& events) const {
  for (const auto& [thread, slices] : slices_) {
    const Track track{process, thread};
    const int number = numbers_.at(thread);
    events.name_thread(track, fmt::format("thread {}", number), number);
    auto all = blocks_of(thread, end / visible_parts);
    all.insert(all.end(), slices.begin(), slices.end());
    write_slices(track, std::move(all), events);
    const auto started = started_.find(thread);
    if (started == started_.end()) continue;
    for (const auto& [time, task] : started->second)
      events.instant(track, time, "started", fmt::format(R"("task":{})", task));
  }
}

// Slices that overlap without one enclosing the other are more than a thread can do; where records
// claim it, the later one ends with the earlier.
void ThreadTracks::write_slices(Track track, std::vector<Slice> slices, TraceEvents& events) const {
  std::ranges::stable_sort(slices, [](const Slice& a, const Slice& b) {
    return std::pair{a.begin, -a.end} < std::pair{b.begin, -b.end};
  });
  std::vector<Duration> open;  // the ends of the slices around
  for (const Slice& slice : slices) {
    while (!open.empty() && open.back() <= slice.begin) open.pop_back();
    const Duration end = open.empty() ? slice.end : std::min(slice.end, open.back());
    events.slice(track, slice.begin, end, slice.name, slice.arguments);
    open.push_back(end);
  }
}

std::vector<ThreadTracks::Slice> ThreadTracks::blocks_of(int thread, Duration gap) const {
  const auto found = busy_.find(thread);
  if (found == busy_.end()) return {};
  auto busy = found->second;
  std::ranges::sort(busy, {}, &Busy::begin);
  std::vector<Busy> blocks;
  for (const Busy& next : busy) {
    if (blocks.empty() || next.begin - blocks.back().end > gap) {
      blocks.push_back(next);
      continue;
    }
    blocks.back().end = std::max(blocks.back().end, next.end);
    ++blocks.back().tasks;
  }
  std::vector<Slice> slices;
  for (const Busy& block : blocks)
    slices.push_back({block.begin, block.end,
                      block.tasks == 1 ? "1 task" : fmt::format("{} tasks", block.tasks),
                      fmt::format(R"("tasks":{})", block.tasks)});
  return slices;
}

}  // namespace waitbench
