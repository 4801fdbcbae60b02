// How the judge puts numbers and times into its sentences.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "support/time.hpp"

namespace waitbench {

// "one task", "3 tasks".
inline std::string number_of(int count, std::string_view what) {
  return count == 1 ? fmt::format("one {}", what) : fmt::format("{} {}s", count, what);
}

inline std::string to_text(Seconds time) {
  return fmt::format("{:.2f} s", time.count());
}

}  // namespace waitbench
