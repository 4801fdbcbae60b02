// Takes descriptions apart, and looks whether the programs are there.
#include "bench/models/own_programs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace waitbench {
namespace {

constexpr std::string_view form_of_client = "NAME=PROGRAM,one|T|all,one|T|all,holds|frees";
constexpr std::string_view form_of_server = "NAME=PROGRAM,one|T|all";

// The name, the program, and the words behind it, of which there must be so many.
std::vector<std::string> parts_of(std::string_view description, size_t words,
                                  std::string_view form) {
  std::vector<std::string> parts;
  const size_t equals = description.find('=');
  if (equals != description.npos) {
    parts.emplace_back(description.substr(0, equals));
    std::string_view rest = description.substr(equals + 1);
    for (size_t i = 0; i < words; ++i) {  // from the end on: a path may have commas
      const size_t comma = rest.rfind(',');
      if (comma == rest.npos) break;
      parts.insert(parts.begin() + 1, std::string{rest.substr(comma + 1)});
      rest = rest.substr(0, comma);
    }
    parts.insert(parts.begin() + 1, std::string{rest});
  }
  if (parts.size() != words + 2)
    throw std::invalid_argument(fmt::format("'{:.100}' is not {}", description, form));
  return parts;
}

template <typename Table>
void check_name(const std::string& name, const Table& table, const auto& own) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (name.empty() || !std::ranges::all_of(name, is_letter))
    throw std::invalid_argument(
        fmt::format("the name '{:.60}' is not of letters, digits and _", name));
  const auto has_name = [&](const auto& row) { return row.name == name; };
  if (std::ranges::any_of(table, has_name) || std::ranges::any_of(own, has_name))
    throw std::invalid_argument(fmt::format("there is a '{}' already", name));
}

std::string absolute_path_of(const std::string& program) {
  if (!std::filesystem::is_regular_file(program) || access(program.c_str(), X_OK) != 0)
    throw std::invalid_argument(fmt::format("'{:.200}' is no program that can be run", program));
  return std::filesystem::absolute(program);
}

Many parse_many(const std::string& word) {
  constexpr std::array values{Many::one, Many::as_threads, Many::all};
  const auto value = std::ranges::find(values, word, [](Many many) { return name_of(many); });
  if (value == values.end())
    throw std::invalid_argument(fmt::format("'{:.60}' is none of one, T, all", word));
  return *value;
}

Wait parse_wait(const std::string& word) {
  if (word == "holds") return Wait::holds_thread;
  if (word == "frees") return Wait::gives_thread_back;
  throw std::invalid_argument(fmt::format("'{:.60}' is neither holds nor frees", word));
}

}  // namespace

void OwnPrograms::add_client(std::string_view description) {
  const auto parts = parts_of(description, 3, form_of_client);
  check_name(parts[0], waitbench::models, models_);
  const Facts facts{parse_many(parts[2]), parse_many(parts[3]), parse_wait(parts[4])};
  if (facts.computing > facts.under_way)
    throw std::invalid_argument(fmt::format(
        "'{}' tasks can't compute at once where '{}' are under way", parts[3], parts[2]));
  const auto name = keep(parts[0]);
  models_.push_back({.name = name,
                     .title = name,
                     .shows = keep("A program of one's own: " + parts[1]),
                     .facts = facts,
                     .program = keep(absolute_path_of(parts[1]))});
}

// Nothing is said of its threads, so nothing is expected of them.
void OwnPrograms::add_server(std::string_view description) {
  const auto parts = parts_of(description, 1, form_of_server);
  check_name(parts[0], waitbench::servers, servers_);
  const Many at_once = parse_many(parts[2]);
  const auto name = keep(parts[0]);
  servers_.push_back({.name = name,
                      .title = name,
                      .shows = keep("A program of one's own: " + parts[1]),
                      .facts = {at_once, at_once, Wait::gives_thread_back},
                      .program = keep(absolute_path_of(parts[1]))});
}

}  // namespace waitbench
