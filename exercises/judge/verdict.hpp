// Whether a run did what an exercise asks for, point by point, from its records alone.
#pragma once

#include <string>
#include <vector>

#include "bench/records/run.hpp"
#include "exercises/judge/exercises.hpp"

namespace waitbench {

enum class Aspect {
  ending,     // every task has finished, and the client ended well
  others,     // in trouble: the other tasks have finished
  failure,    // in trouble: the client told of the failure
  threads,    // how many ran a step
  in_flight,  // how many tasks were started and not finished, at most
  computing,  // how many tasks computed at once, at most
  apart,      // whether a thread both waited and computed
  order,
  cpu_time,
  time,
};

struct Finding {
  Aspect aspect{};
  bool passed = false;
  std::string wanted;  // a sentence
  std::string seen;    // what the records show of it; where that is wrong, also what it means
};

// What is judged. Times depend on how busy the machine is, the rest does not.
enum class Judged { everything, structure };

// How much longer than predicted it may take, as a part of the prediction.
inline constexpr double tolerance = 0.05;

// The points of the exercise, in the order in which they should be mended. Structure and times are
// judged by the tasks that are in no trouble, and only if they have all finished.
std::vector<Finding> findings_of(const Exercise& exercise, const Run& run, Judged judged);

bool has_passed(const std::vector<Finding>& findings);

// Whether nothing but the time is wrong, which may be the machine's doing.
bool is_only_late(const std::vector<Finding>& findings);

}  // namespace waitbench
