// Turns lines into text, with the colours of the one table that there is.
#include "bench/show/live/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waitbench {
namespace {

// What lies between ESC [ and m, after a reset: for a cell that is filled, and for a glyph.
struct Colours {
  std::string_view filled;
  std::string_view drawn;
};

// The colours of Okabe and Ito, as near as the 240 colours come that no theme of a terminal
// changes. Glyphs in yellow are darker: they stand on white, too.
constexpr std::array<Colours, 8> colours{{{"", ""},
                                          {";1", ";1"},
                                          {";38;5;244", ";38;5;244"},
                                          {";38;5;16;48;5;221", ";38;5;178"},
                                          {";38;5;16;48;5;74", ";38;5;74"},
                                          {";38;5;16;48;5;166", ";38;5;166"},
                                          {";38;5;231;48;5;25", ";38;5;32"},
                                          {";38;5;16;48;5;36", ";38;5;36"}}};

std::string_view colours_of(const Cell& cell) {
  const Colours& both = colours.at(static_cast<size_t>(cell.ink));
  return cell.is_drawn_in ? both.drawn : both.filled;
}

bool goes_on(char byte) {  // a character of several bytes
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

void append(Line& line, std::string_view text, Ink ink) {
  for (const char byte : text)
    if (goes_on(byte) && !line.empty())
      line.back().glyph += byte;
    else
      line.push_back({std::string{byte}, ink});
}

Line to_line(std::string_view text, Ink ink) {
  Line line;
  append(line, text, ink);
  return line;
}

std::string text_of(const Line& line) {
  std::string text;
  for (const Cell& cell : line) text += cell.glyph;
  return text;
}

std::string coloured(const Line& line) {
  std::string text;
  std::string_view current;
  for (const Cell& cell : line) {
    const std::string_view wanted = colours_of(cell);
    if (wanted != current) text += fmt::format("\x1b[0{}m", wanted);
    current = wanted;
    text += cell.glyph;
  }
  return current.empty() ? text : text + "\x1b[0m";
}

std::vector<Line> wrapped(std::string_view text, int width, Ink ink) {
  const auto most = static_cast<std::ptrdiff_t>(std::max(2, width)) - 1;
  const auto is_blank = [](const Cell& cell) { return cell.glyph == " "; };
  const Line whole = to_line(text, ink);
  std::vector<Line> lines;
  for (auto begin = whole.begin(); begin != whole.end();) {
    auto end = whole.end();
    if (end - begin > most) {
      end = begin + most;
      auto blank = end;
      while (blank != begin && !is_blank(*blank)) --blank;
      if (blank != begin) end = blank;
    }
    lines.emplace_back(begin, end);
    begin = std::find_if_not(end, whole.end(), is_blank);
  }
  return lines;
}

}  // namespace waitbench
