// The clock and the unit of time that every part of the suite uses.
#pragma once

#include <chrono>

namespace waitbench {

using Clock =
    std::chrono::steady_clock;  // CLOCK_MONOTONIC: one axis for all processes of a machine
using Duration = std::chrono::nanoseconds;

}  // namespace waitbench
