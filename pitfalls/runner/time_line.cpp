// Notes stretches under a lock, and answers questions about them.
#include "pitfalls/runner/time_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

#include "record/event.hpp"

namespace waitbench::pitfalls {

size_t TimeLine::begin(Kind kind, std::string_view what, std::string_view loop) {
  const auto now = Clock::now();
  const std::lock_guard lock{mutex_};
  stretches_.push_back(
      {kind, std::string{what}, std::string{loop}, getpid(), this_thread_id(), now, {}});
  return stretches_.size() - 1;
}

void TimeLine::end(size_t index) {
  const auto now = Clock::now();
  const std::lock_guard lock{mutex_};
  stretches_[index].to = now;
  stretches_[index].ended_on = this_thread_id();
}

void TimeLine::event(std::string_view what) {
  const auto now = Clock::now();
  const std::lock_guard lock{mutex_};
  const int thread = this_thread_id();
  stretches_.push_back({Kind::event, std::string{what}, "", getpid(), thread, now, now, thread});
}

TimeLine::Scope TimeLine::holding(std::string_view what) {
  return {*this, begin(Kind::holding, what, "")};
}

TimeLine::Scope TimeLine::pending(std::string_view what) {
  return {*this, begin(Kind::pending, what, "")};
}

TimeLine::Scope TimeLine::running(std::string_view loop) {
  return {*this, begin(Kind::running, "", loop)};
}

TimeLine::Scope TimeLine::blocked(std::string_view what, std::string_view loop) {
  return {*this, begin(Kind::blocked, what, loop)};
}

void TimeLine::add(const std::vector<Stretch>& others) {
  const std::lock_guard lock{mutex_};
  stretches_.insert(stretches_.end(), others.begin(), others.end());
}

std::vector<Stretch> TimeLine::stretches() const {
  const std::lock_guard lock{mutex_};
  return stretches_;
}

std::vector<Stretch> TimeLine::named(std::string_view what) const {
  std::vector<Stretch> found = stretches();
  std::erase_if(found, [&](const Stretch& stretch) { return stretch.what != what; });
  std::ranges::sort(found, {}, &Stretch::from);
  return found;
}

int TimeLine::count(std::string_view what) const {
  return static_cast<int>(named(what).size());
}

int TimeLine::count_during(std::string_view what, std::string_view outer) const {
  const auto outers = named(outer);
  return static_cast<int>(std::ranges::count_if(named(what), [&](const Stretch& inner) {
    return std::ranges::any_of(outers, [&](const Stretch& around) {
      return around.from <= inner.from && (!around.to || inner.from <= *around.to);
    });
  }));
}

int TimeLine::count_before(std::string_view what, std::string_view other) const {
  const auto others = named(other);
  return static_cast<int>(std::ranges::count_if(named(what), [&](const Stretch& stretch) {
    return others.empty() || stretch.from < others.front().from;
  }));
}

int TimeLine::most_at_once(std::string_view what) const {
  std::vector<std::pair<Clock::time_point, int>> changes;
  for (const Stretch& stretch : named(what)) {
    changes.emplace_back(stretch.from, 1);
    if (stretch.to) changes.emplace_back(*stretch.to, -1);
  }
  std::ranges::sort(changes);  // at the same moment, one ends before the next begins
  int now = 0;
  int most = 0;
  for (const auto& [time, change] : changes) most = std::max(most, now += change);
  return most;
}

Duration TimeLine::longest_gap(std::string_view what) const {
  const auto found = named(what);
  Duration longest{};
  for (size_t i = 1; i < found.size(); ++i)
    longest = std::max<Duration>(longest, found[i].from - found[i - 1].from);
  return longest;
}

Duration TimeLine::longest(std::string_view what) const {
  const auto now = Clock::now();
  Duration longest{};
  for (const Stretch& stretch : named(what))
    longest = std::max<Duration>(longest, stretch.to.value_or(now) - stretch.from);
  return longest;
}

Duration TimeLine::span(std::string_view what) const {
  const auto found = named(what);
  if (found.empty()) return Duration::zero();
  Clock::time_point last = found.front().from;
  for (const Stretch& stretch : found) last = std::max(last, stretch.to.value_or(stretch.from));
  return last - found.front().from;
}

Duration TimeLine::from_to_first(std::string_view what, std::string_view other) const {
  const auto from = named(what);
  const auto to = named(other);
  return from.empty() || to.empty() ? Duration::zero() : to.front().from - from.front().from;
}

Duration TimeLine::from_to_last(std::string_view what, std::string_view other) const {
  const auto from = named(what);
  const auto to = named(other);
  return from.empty() || to.empty() ? Duration::zero() : to.back().from - from.front().from;
}

int TimeLine::threads_of(std::string_view what) const {
  std::set<int> threads;
  for (const Stretch& stretch : named(what)) threads.insert(stretch.thread);
  return static_cast<int>(threads.size());
}

}  // namespace waitbench::pitfalls
