// What Google Benchmark can't take as a filter.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace waitbench {

inline constexpr size_t longest_filter = 1000;

// Throws std::invalid_argument if the argument is --benchmark_filter with a pattern that may
// overflow the stack: the library's std::regex calls itself once per character, and once per
// repetition in braces.
inline void check_filter(std::string_view argument) {
  constexpr std::string_view flag = "--benchmark_filter=";
  if (!argument.starts_with(flag)) return;
  argument.remove_prefix(flag.size());
  if (argument.size() > longest_filter || argument.find('{') != argument.npos)
    throw std::invalid_argument("expected a pattern of at most " + std::to_string(longest_filter) +
                                " characters, without braces");
}

}  // namespace waitbench
