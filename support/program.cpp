// Writes to the standard streams, and turns exceptions and lost output into exit codes.
#include "support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

namespace waitbench {
namespace {

// The first file to be opened would get the number of a stream that is closed, and the text that is
// meant for the stream. Reading ends at once, writing to standard output fails, and what is told on
// standard error goes nowhere.
void open_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) == -1)
      open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);  // gets the lowest number
}

constexpr auto lost = "can't write standard output";

// What was lost is forgotten: it is told once.
void forget_lost_output() {
  __fpurge(stdout);
  std::clearerr(stdout);
}

[[noreturn]] void throw_lost(int error) {
  forget_lost_output();
  throw std::system_error(error, std::generic_category(), lost);
}

// That of std::cout is in the same buffer.
void flush_standard_output() {
  if (std::fflush(stdout) != 0) throw_lost(errno);
  if (std::ferror(stdout) == 0) return;
  forget_lost_output();
  throw std::runtime_error(lost);  // earlier: nobody kept the reason
}

int result_of(std::string_view program, const std::function<int()>& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    tell_error(program, error.what());
    return exit_failed;
  }
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) throw_lost(errno);
  flush_standard_output();
}

void tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::optional<std::string> read_line(const std::function<bool()>& interrupted) {
  constexpr int look_ms = 50;
  std::string line;
  while (!interrupted()) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&input, 1, look_ms) < 1) continue;
    char byte = 0;
    if (read(STDIN_FILENO, &byte, 1) != 1) break;  // not more: the rest is for who reads next
    if (byte == '\n') return line;
    line += byte;
  }
  return line.empty() || interrupted() ? std::nullopt : std::optional{line};
}

void tell_error(std::string_view program, std::string_view what) {
  tell(std::string{program}.append(": ").append(what).append("\n"));
}

int run_program(std::string_view program, const std::function<int()>& body) {
  open_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // writing to a pipe that nobody reads is an error like others
  const int exit_code = result_of(program, body);
  const int end = result_of(program, [] {
    flush_standard_output();
    return exit_ok;
  });
  return exit_code == exit_ok ? end : exit_code;
}

}  // namespace waitbench
