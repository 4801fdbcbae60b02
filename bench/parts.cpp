// Looks beside the program first: an installation may have been moved, and its sources removed.
#include "bench/parts.hpp"

#include <fmt/format.h>

namespace waitbench {
namespace {

std::filesystem::path beside_programs(const char* path) {
  return (programs_dir() / path).lexically_normal();
}

std::filesystem::path installed_recipes() {
  return beside_programs(DATA_FROM_PROGRAMS) / "recipes";
}

bool is_installed() {
  return std::filesystem::exists(installed_recipes());
}

}  // namespace

std::filesystem::path programs_dir() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::filesystem::path recipes_dir() {
  return is_installed() ? installed_recipes() : std::filesystem::path{SOURCE_DIR} / "recipes";
}

std::string drawing_command(const std::filesystem::path& results) {
  if (is_installed())
    return fmt::format("{} {}", (beside_programs(BIN_FROM_PROGRAMS) / "waitbench-plots").string(),
                       results.string());
  std::error_code nowhere;
  const bool is_here = std::filesystem::current_path(nowhere) == SOURCE_DIR;
  return fmt::format("{}python3 -m plots {}",
                     is_here ? "" : fmt::format("PYTHONPATH={} ", SOURCE_DIR), results.string());
}

}  // namespace waitbench
