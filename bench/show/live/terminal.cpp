// Writes escape sequences, one write call per drawing.
#include "bench/show/live/terminal.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace waitbench {
namespace {

constexpr auto clear_to_end_of_line = "\x1b[K";
constexpr auto clear_below = "\x1b[J";

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool takes_output() {
  pollfd terminal{STDERR_FILENO, POLLOUT, 0};
  return poll(&terminal, 1, 0) == 1;
}

// A terminal that is gone is no reason to end: SIGHUP says so, if it is one.
void write_out(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace

bool can_draw_in_place() {
  return isatty(STDERR_FILENO) != 0 && !is_set("CI") && is_set("TERM") &&
         std::string_view{std::getenv("TERM")} != "dumb";
}

bool may_have_colours() {
  return !is_set("NO_COLOR");
}

Size size_of_terminal() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_col, size.ws_row};
}

std::string redrawing(const std::vector<Line>& drawn, const std::vector<Line>& lines, Size size,
                      Writing written) {
  const auto width = static_cast<size_t>(std::max(1, size.width));
  size_t rows = 0;  // that the drawn lines take now
  for (const Line& line : drawn) rows += std::max<size_t>(1, (line.size() + width - 1) / width);
  std::string text = rows > 1 ? fmt::format("\x1b[{}A\r", rows - 1) : "\r";
  for (size_t i = 0; i < lines.size(); ++i) {
    // Behind a full row the cursor still stands on its last character.
    const bool is_full = !lines[i].empty() && lines[i].size() % width == 0;
    text += (i > 0 ? "\r\n" : "") + written(lines[i]) + (is_full ? "" : clear_to_end_of_line);
  }
  return text;
}

DrawnLines::~DrawnLines() {
  if (!drawn_.empty()) write_out("\r\n");
}

void DrawnLines::draw(std::vector<Line> lines, Size size) {
  if (!takes_output()) return;
  write_out(redrawing(drawn_, lines, size, written_) + clear_below);
  drawn_ = std::move(lines);
}

void DrawnLines::leave(const std::vector<Line>& lines, Size size) {
  if (lines.empty()) return;
  write_out(redrawing(std::exchange(drawn_, {}), lines, size, written_) + "\r\n" + clear_below);
}

}  // namespace waitbench
