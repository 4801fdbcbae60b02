// Starts it as a child process.
#include "pitfalls/runner/program_beside.hpp"

#include <filesystem>

#include "support/child_process.hpp"

namespace waitbench::pitfalls {

std::optional<std::string> what_says(std::string_view program,
                                     const std::vector<std::string>& arguments) {
  const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
  if (!std::filesystem::exists(path)) return std::nullopt;
  std::vector<std::string> command{path};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildProcess child{command};
  child.wait({.deadline = Clock::now() + std::chrono::seconds{10}});
  if (!child.has_ended()) child.kill();
  const std::string said = child.standard_output() + child.standard_error();
  return said.empty() ? child.ending() : said.substr(0, said.find_last_not_of('\n') + 1);
}

}  // namespace waitbench::pitfalls
