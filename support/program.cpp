// Tells an error on standard error, and turns exceptions into exit codes.
#include "support/program.hpp"

#include <cstdio>
#include <exception>

namespace waitbench {

void tell_error(std::string_view program, std::string_view what) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(program.size()), program.data(),
               static_cast<int>(what.size()), what.data());
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
