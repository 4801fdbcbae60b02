// Measures the columns, then pads.
#include "bench/show/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace waitbench {
namespace {

// In characters: what is longer than a byte is one place on a terminal.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void Columns::add(std::vector<std::string> cells) {
  lines_.push_back({.cells = std::move(cells), .text = {}});
}

void Columns::add_line(std::string line) {
  lines_.push_back({.cells = {}, .text = std::move(line)});
}

std::string Columns::text() const {
  std::vector<std::string> heads;
  std::vector<size_t> widths;
  for (const Column& column : columns_) {
    heads.push_back(column.head);
    widths.push_back(width_of(column.head));
  }
  for (const Line& line : lines_)
    for (size_t i = 0; i < line.cells.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line.cells[i]));

  const auto row = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - width_of(cells[i]), ' ');
      text += (i > 0 ? "  " : "") + (columns_[i].is_left ? cells[i] + padding : padding + cells[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
  };
  std::string text = row(heads);
  for (const Line& line : lines_) text += line.cells.empty() ? line.text + '\n' : row(line.cells);
  return text;
}

}  // namespace waitbench
