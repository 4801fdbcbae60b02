// A program on a terminal of its own, and what a person would see there.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "task/workload.hpp"

namespace waitbench {

// As much of a terminal's screen as the harness needs: lines that wrap, and wrap anew when the
// width changes, a cursor, and a few escape sequences; any other is kept in `unknown()`. What is
// longer than a byte is shown as a star.
class TerminalScreen {
 public:
  explicit TerminalScreen(int width) : width_(static_cast<size_t>(width)) {}

  void resize(int width) { width_ = static_cast<size_t>(width); }

  void write(std::string_view bytes) {
    for (const char byte : bytes) take(byte);
  }

  // Without blanks at the ends of lines, and without empty lines at the end.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const std::string& line : lines_)
      lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }

  bool cursor_begins_a_line() const { return column_ == 0; }
  bool is_coloured() const { return is_coloured_; }
  bool is_within_a_sequence() const { return !sequence_.empty(); }
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  void take(char byte) {
    if (!sequence_.empty()) {
      sequence_ += byte;
      if (sequence_.size() > 2 && (std::isalpha(byte) != 0)) end_sequence();
    } else if (byte == '\x1b') {
      sequence_ = byte;
    } else if (byte == '\r') {
      column_ -= column_ % width_;
    } else if (byte == '\n') {
      go_down();
    } else if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) {
      put(static_cast<unsigned char>(byte) < 0x80U ? byte : '*');
    }
  }

  void put(char byte) {
    std::string& line = lines_[line_];
    line.resize(std::max(line.size(), column_ + 1), ' ');
    line[column_++] = byte;
  }

  // A line that is wrapped takes several rows.
  void go_down() {
    const size_t next_row = column_ - column_ % width_ + width_;
    if (next_row < lines_[line_].size()) {
      column_ += width_;
      return;
    }
    column_ %= width_;
    if (++line_ == lines_.size()) lines_.emplace_back();
  }

  void go_up() {
    if (column_ >= width_) {
      column_ -= width_;
    } else if (line_ > 0) {
      const size_t length = lines_[--line_].size();
      column_ += length == 0 ? 0 : (length - 1) / width_ * width_;
    }
  }

  void erase_to_end_of_row() {
    std::string& line = lines_[line_];
    const size_t end_of_row = column_ - column_ % width_ + width_;
    if (end_of_row < line.size())
      lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line_) + 1,
                    line.substr(end_of_row));
    lines_[line_].resize(std::min(lines_[line_].size(), column_));
  }

  void erase_below() {
    erase_to_end_of_row();
    lines_.resize(line_ + 1);
  }

  void end_sequence() {
    const std::string sequence = std::exchange(sequence_, {}).substr(1);
    if (sequence.starts_with("[") && sequence.ends_with("m"))
      is_coloured_ = sequence != "[0m";
    else if (sequence.starts_with("[") && sequence.ends_with("A"))
      for (int rows = std::atoi(sequence.c_str() + 1); rows > 0; --rows) go_up();
    else if (sequence == "[K")
      erase_to_end_of_row();
    else if (sequence == "[J")
      erase_below();
    else
      unknown_.push_back(sequence);
  }

  size_t width_;
  std::vector<std::string> lines_{1};  // a wrapped line is one of them
  size_t line_ = 0;                    // where the cursor is
  size_t column_ = 0;                  // beyond the width in the further rows of a wrapped line
  bool is_coloured_ = false;
  std::string sequence_;
  std::vector<std::string> unknown_;
};

// Runs a program in a session of its own on a pseudo terminal, and shows what it writes on a
// screen. Kills it, should it still run at the end.
class ProgramOnTerminal {
 public:
  // `environment` comes on top of TERM=xterm; CI and NO_COLOR are not set unless it says so.
  ProgramOnTerminal(std::vector<std::string> command, winsize size,
                    const std::map<std::string, std::string>& environment = {})
      : screen_(size.ws_col) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
    if (pid_ == 0) {
      for (const char* variable : {"CI", "NO_COLOR"}) unsetenv(variable);
      setenv("TERM", "xterm", 1);
      for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    tcgetattr(terminal_, &modes_);
  }
  ProgramOnTerminal(const ProgramOnTerminal&) = delete;
  ProgramOnTerminal& operator=(const ProgramOnTerminal&) = delete;
  ~ProgramOnTerminal() {
    if (!has_ended_) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(terminal_);
  }

  pid_t pid() const { return pid_; }
  const TerminalScreen& screen() const { return screen_; }
  const std::string& output() const { return output_; }  // all bytes that have come

  void press(std::string_view keys) const {
    ASSERT_EQ(::write(terminal_, keys.data(), keys.size()), std::ssize(keys));
  }

  void resize(winsize size) {
    ASSERT_EQ(ioctl(terminal_, TIOCSWINSZ, &size), 0);
    screen_.resize(size.ws_col);
  }

  // Reads on until the screen shows it, or the program has ended. Returns whether it was shown.
  bool shows(const std::function<bool(const std::vector<std::string>& lines)>& it) {
    while (!it(screen_.lines()))
      if (!read_more()) return false;
    return true;
  }

  // Reads on until the program has ended; returns its exit status, or the negative number of the
  // signal that ended it.
  int end() {
    while (read_more()) continue;
    int status = 0;
    waitpid(pid_, &status, 0);
    has_ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Whether the terminal's modes (echo and the like) are what they were.
  bool has_its_modes() const {
    termios now{};
    tcgetattr(terminal_, &now);
    return now.c_iflag == modes_.c_iflag && now.c_oflag == modes_.c_oflag &&
           now.c_lflag == modes_.c_lflag && now.c_cflag == modes_.c_cflag;
  }

 private:
  static constexpr int most_silence_ms = 30'000;  // only a test that fails waits so long

  // Up to the end of a row, so that no drawing is passed over where several are read at once.
  bool read_more() {
    if (unshown_.empty()) {
      pollfd ready{terminal_, POLLIN, 0};
      if (poll(&ready, 1, most_silence_ms) != 1) return false;
      std::array<char, 4096> bytes;
      const ssize_t count = read(terminal_, bytes.data(), bytes.size());
      if (count <= 0) return false;  // EIO: nobody has the other side open any more
      unshown_.assign(bytes.data(), static_cast<size_t>(count));
      output_ += unshown_;
    }
    constexpr std::string_view end_of_row = "\x1b[K";
    const size_t found = unshown_.find(end_of_row);
    const size_t end = found == unshown_.npos ? unshown_.size() : found + end_of_row.size();
    screen_.write(unshown_.substr(0, end));
    unshown_.erase(0, end);
    return true;
  }

  pid_t pid_ = -1;
  int terminal_ = -1;
  bool has_ended_ = false;
  termios modes_{};
  TerminalScreen screen_;
  std::string output_;
  std::string unshown_;  // read, and not yet on the screen
};

}  // namespace waitbench
