// The clock and the unit of time that every part of the suite uses.
#pragma once

#include <chrono>
#include <ctime>

namespace waitbench {

using Clock =
    std::chrono::steady_clock;  // CLOCK_MONOTONIC: one axis for all processes of a machine
using Duration = std::chrono::nanoseconds;

inline Duration cpu_time_of_this_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace waitbench
