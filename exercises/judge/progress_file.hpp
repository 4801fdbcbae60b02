// What a learner has reached so far, kept in a file of the learner's.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exercises/judge/exercises.hpp"
#include "exercises/judge/verdict.hpp"

namespace waitbench {

// Whether each point of an exercise was right, by the name of its aspect.
using Points = std::map<std::string, bool, std::less<>>;

class ProgressFile {
 public:
  // Nothing has been reached where there is no such file. Throws std::runtime_error that names a
  // file which holds something else.
  explicit ProgressFile(std::filesystem::path file);

  // How it was judged the last time; no points if it never was.
  Points points_of(const Exercise& exercise) const;

  // Whether it has passed, now or once before.
  bool has_passed(const Exercise& exercise) const;

  // The next one that has not passed, in their order; those before `after` come last. Null if all
  // have.
  const Exercise* next(const Exercise* after = nullptr) const;

  // Keeps how it was judged. Throws std::system_error if the file can't be written, and leaves it
  // as it was.
  void add(const Exercise& exercise, const std::vector<Finding>& findings);

 private:
  struct Reached {
    bool passed = false;
    Points points;
  };

  std::filesystem::path file_;
  std::map<std::string, Reached, std::less<>> reached_;  // by the exercise's name
};

}  // namespace waitbench
