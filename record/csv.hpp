// Reads fields from a line of CSV without quotes.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace waitbench {

// Takes the text up to the next comma, or all of it, off the front of `line`.
inline std::string_view take_field(std::string_view& line) {
  const size_t comma = line.find(',');
  const std::string_view field = line.substr(0, comma);
  line.remove_prefix(comma == line.npos ? line.size() : comma + 1);
  return field;
}

// Returns whether all of the text is one number.
template <typename Integer>
bool parse_whole(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace waitbench
