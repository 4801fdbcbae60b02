// Draws on standard error where that is a terminal: tells whether it is, how large it is, and draws
// lines over those before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/show/live_view.hpp"

namespace waitbench {

// Whether it is a terminal, and neither CI nor NO_COLOR is set, nor TERM missing or dumb.
bool can_draw_in_place();

Size size_of_terminal();

// What draws `lines` over `drawn` when written to a terminal as wide as `width` now, with the
// cursor at the end of the last of `drawn`. It ends up at the end of the last of `lines`. Lines
// that were drawn when the terminal was wider are taken to have been wrapped, as terminals do.
std::string redrawing(const std::vector<Line>& drawn, const std::vector<Line>& lines, Size size);

// Lines at the end of the terminal that are drawn over. The cursor stays where it can be seen, and
// no mode of the terminal is changed: whenever the process ends, nothing is to be restored.
class DrawnLines {
 public:
  DrawnLines() = default;
  DrawnLines(const DrawnLines&) = delete;
  DrawnLines& operator=(const DrawnLines&) = delete;
  ~DrawnLines();  // what is written next begins on a line of its own

  // Draws them over the lines before; does not wait for a terminal that is held up.
  void draw(std::vector<Line> lines, Size size);

  // Leaves these lines, and `last` below them, for good.
  void leave(const std::vector<Line>& lines, std::string_view last, Size size);

 private:
  std::vector<Line> drawn_;
};

}  // namespace waitbench
