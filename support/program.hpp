// What every program of the suite ends with: an exit code, and a line that says what went wrong.
#pragma once

#include <functional>
#include <string_view>

namespace waitbench {

// The exit codes of every program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_refused =
    5;  // the system had no more of something: threads, descriptors, ...

// Tells on standard error, in a line: "PROGRAM: what went wrong".
void tell_error(std::string_view program, std::string_view what);

// Runs `body` as the whole of a program: its result is the exit code, and what it throws becomes a
// line on standard error, "PROGRAM: what went wrong", and exit code 1.
int run_program(std::string_view program, const std::function<int()>& body);

}  // namespace waitbench
