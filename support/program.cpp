// How a program ends when something was thrown.
#include "support/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace waitbench {

int run_program(std::string_view program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return exit_failed;
  }
}

}  // namespace waitbench
