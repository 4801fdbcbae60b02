// The timers of a hand-written event loop: what is due next is found without looking at the rest.
#pragma once

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "task/workload.hpp"

namespace waitbench {

// A heap of values by the time at which each is due. Adding and taking one costs log n.
template <typename Value>
class TimerHeap {
 public:
  void add(Clock::time_point due, Value value) {
    heap_.push_back({due, std::move(value)});
    std::ranges::push_heap(heap_, later, &Timer::due);
  }

  // How long until the next is due, zero if it is already, in the form that system calls take;
  // nothing if there is none.
  std::optional<timespec> time_left() const {
    if (heap_.empty()) return std::nullopt;
    const Duration left = std::max<Duration>(heap_.front().due - Clock::now(), Duration{0});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    return timespec{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  }

  // Takes out what is due first, if it is due.
  std::optional<Value> take_due() {
    if (heap_.empty() || heap_.front().due > Clock::now()) return std::nullopt;
    std::ranges::pop_heap(heap_, later, &Timer::due);
    std::optional<Value> value{std::move(heap_.back().value)};
    heap_.pop_back();
    return value;
  }

 private:
  struct Timer {
    Clock::time_point due;
    Value value;
  };
  static constexpr std::ranges::greater later{};  // the heap's front is the greatest: the earliest

  std::vector<Timer> heap_;
};

}  // namespace waitbench
