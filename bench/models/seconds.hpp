// Defines the seconds in which predictions and figures are given.
#pragma once

#include <chrono>

namespace waitbench {

using Seconds = std::chrono::duration<double>;

}  // namespace waitbench
