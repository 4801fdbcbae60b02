// Seconds as predictions and figures have them.
#pragma once

#include <chrono>

namespace waitbench {

using Seconds = std::chrono::duration<double>;

}  // namespace waitbench
