// Lines on a terminal: characters, and what each of them stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waitbench {

// What a character stands for. The character itself tells it where there are no colours.
enum class Ink { text, strong, ghost, connect, response, ready, compute, finished };

struct Cell {
  std::string glyph = " ";  // one character, in UTF-8
  Ink ink = Ink::text;
  bool is_drawn_in = false;  // the ink's colour is that of the glyph, not of what lies behind it

  bool operator==(const Cell&) const = default;
};
using Line = std::vector<Cell>;

struct Size {
  int width = 80;
  int height = 24;
};

void append(Line& line, std::string_view text, Ink ink = Ink::text);
Line to_line(std::string_view text, Ink ink = Ink::text);

std::string text_of(const Line& line);
std::string coloured(const Line& line);  // with escape sequences; the same characters in the same
                                         // places

// The text in lines shorter than `width`, broken at blanks where there are any.
std::vector<Line> wrapped(std::string_view text, int width, Ink ink = Ink::text);

}  // namespace waitbench
