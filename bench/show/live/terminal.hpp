// Draws on standard error where that is a terminal: tells whether it is, how large it is, and draws
// lines over those before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/show/live/lines.hpp"

namespace waitbench {

// Whether it is a terminal, CI is not set, and TERM neither missing nor dumb.
bool can_draw_in_place();

// Whether NO_COLOR is not set.
bool may_have_colours();

Size size_of_terminal();

// How a line is written: with escape sequences for colours, or without.
using Writing = std::string (*)(const Line& line);

// What draws `lines` over `drawn` when written to a terminal as wide as `width` now, with the
// cursor at the end of the last of `drawn`. It ends up at the end of the last of `lines`. Lines
// that were drawn when the terminal was wider are taken to have been wrapped, as terminals do. What
// stands below is not cleared.
std::string redrawing(const std::vector<Line>& drawn, const std::vector<Line>& lines, Size size,
                      Writing written = coloured);

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

  // Leaves these lines, which may be longer than the terminal is wide, for good. Nothing is cleared
  // before it is drawn over: tmux keeps what is cleared from the top of the screen as history.
  void leave(const std::vector<Line>& lines, Size size);

 private:
  Writing written_ = may_have_colours() ? coloured : text_of;
  std::vector<Line> drawn_;
};

}  // namespace waitbench
