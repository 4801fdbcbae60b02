// Writes to the standard streams, and ends every program with an exit code and a line that says
// what went wrong.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace waitbench {

// The exit codes of every program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_refused =
    5;  // the system had no more of something: threads, descriptors, ...

// Writes to standard output at once, for who may be waiting for it. Throws std::system_error if it
// can't be written: "can't write standard output: No space left on device".
void print(std::string_view text);

// Writes to standard error. Where that can't be written, the text is lost, and nothing else is.
void tell(std::string_view text);

// The next line of standard input without its end; nothing if there is none, or once `interrupted`
// says so, which is asked every now and then.
std::optional<std::string> read_line(const std::function<bool()>& interrupted);

// Tells an error in a line: "PROGRAM: what went wrong".
void tell_error(std::string_view program, std::string_view what);

// Runs `body` as the whole of a program: its result is the exit code, and what it throws becomes a
// line on standard error, "PROGRAM: what went wrong", and exit code 1. So does whatever was written
// to standard output without print() and did not arrive. A standard stream that is closed, full or
// read by nobody ends no program by a signal.
int run_program(std::string_view program, const std::function<int()>& body);

}  // namespace waitbench
