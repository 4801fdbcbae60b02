// Reads CSV without quotes: fields of a line, and rows of a file.
#pragma once

#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

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

// Reads a file of rows below a header, which ends in a line break. `parse` makes a row of a line,
// or nothing. Throws std::runtime_error that names file and line where the file is missing or
// malformed.
template <typename Row>
std::vector<Row> read_csv_rows(
    const std::filesystem::path& file, std::string_view header,
    const std::function<std::optional<Row>(std::string_view line)>& parse) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error(file.string() + ": can't be opened");
  const std::string columns{header.substr(0, header.size() - 1)};
  std::string line;
  if (!std::getline(in, line) || line != columns)
    throw std::runtime_error(file.string() + ":1: the header is not " + columns);
  std::vector<Row> rows;
  for (int number = 2; std::getline(in, line); ++number) {
    auto row = parse(line);
    if (!row)
      throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": '" +
                               line.substr(0, 60) + "' is not a record (" + columns + ")");
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace waitbench
