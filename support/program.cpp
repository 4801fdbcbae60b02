// How a program ends when something was thrown.
#include "support/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace waitbench {

void tell_error(std::string_view program, std::string_view what) {
  fmt::print(stderr, "{}: {}\n", program, what);
}

int run_program(std::string_view program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    tell_error(program, error.what());
    return exit_failed;
  }
}

}  // namespace waitbench
