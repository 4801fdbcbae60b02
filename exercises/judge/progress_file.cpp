// Reads and writes it as JSON: by the exercise's name, whether it has passed, and its points.
#include "exercises/judge/progress_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/whole_file.hpp"

namespace waitbench {

ProgressFile::ProgressFile(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in{file_};
  if (!in) return;
  try {
    const auto json = nlohmann::json::parse(in);
    for (const auto& [name, reached] : json.items())
      reached_[name] = {reached.at("passed").get<bool>(), reached.at("points").get<Points>()};
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error(fmt::format(
        "{}: is not what the judge has written: remove it to begin anew", file_.string()));
  }
}

Points ProgressFile::points_of(const Exercise& exercise) const {
  const auto found = reached_.find(exercise.name());
  return found == reached_.end() ? Points{} : found->second.points;
}

bool ProgressFile::has_passed(const Exercise& exercise) const {
  const auto found = reached_.find(exercise.name());
  return found != reached_.end() && found->second.passed;
}

const Exercise* ProgressFile::next(const Exercise* after) const {
  std::vector<const Exercise*> order;
  for (const Exercise& exercise : exercises) order.push_back(&exercise);
  if (after) std::ranges::rotate(order, std::ranges::find(order, after) + 1);
  const auto open =
      std::ranges::find_if(order, [&](const Exercise* one) { return !has_passed(*one); });
  return open == order.end() ? nullptr : *open;
}

void ProgressFile::add(const Exercise& exercise, const std::vector<Finding>& findings) {
  Reached& reached = reached_[std::string{exercise.name()}];
  reached.passed = reached.passed || waitbench::has_passed(findings);
  reached.points.clear();
  for (const Finding& finding : findings)
    reached.points.emplace(name_of(finding.aspect), finding.passed);
  nlohmann::ordered_json json;
  for (const auto& [name, one] : reached_)
    json[name] = {{"passed", one.passed}, {"points", one.points}};
  write_whole(file_, json.dump(1) + '\n');
}

}  // namespace waitbench
