// Whether a run did what an exercise asks for, point by point, from its records alone.
#pragma once

#include <array>
#include <string>
#include <string_view>
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
  patience,  // how long the client waited before it gave a task up
  asleep,    // whether it slept while it waited, as the kernel counted
  serving,   // of a server: how many threads accepted and echoed
  waiting,   // of a server: how many connections waited at once
  time,
  computed,  // in the run that proves it: the CPU time that computing takes was used
};

inline constexpr std::array<std::string_view, 14> aspect_names{
    "ending", "others",   "failure", "threads", "in flight", "computing", "apart",
    "order",  "patience", "asleep",  "serving", "waiting",   "time",      "computed"};

constexpr std::string_view name_of(Aspect aspect) {
  return aspect_names.at(static_cast<size_t>(aspect));
}

struct Finding {
  Aspect aspect{};
  bool passed = false;
  std::string wanted;  // a sentence
  std::string seen;    // what the records show of it; where that is wrong, also what it means
  // Whether a busy machine may be why it has not passed: then it is worth another run.
  bool may_be_the_machine = false;
};

// What is judged. Times depend on how busy the machine is, the rest does not.
enum class Judged { everything, structure };

// How much longer than predicted it may take, as a part of the prediction.
inline constexpr double tolerance = 0.05;

// The points of the exercise, in the order in which they should be mended. Structure and times are
// judged by the tasks that are in no trouble, and only if they have all finished.
std::vector<Finding> findings_of(const Exercise& exercise, const Run& run, Judged judged);

// Of a run that proves what the first can't show: without trouble, and with computing that takes
// CPU time. It is to be made when the first has passed.
Finding finding_of_proof(const Exercise& exercise, const Run& proof);

// The exercise without its trouble, and with computing that takes CPU time.
Exercise proof_of(Exercise exercise);

// Whether nothing is wrong but times, which a machine that stays busy spoils each time.
bool is_only_late(const std::vector<Finding>& findings);

bool has_passed(const std::vector<Finding>& findings);

// Whether nothing is wrong but what a busy machine may have done once: then another run is worth
// it.
bool may_be_the_machine(const std::vector<Finding>& findings);

}  // namespace waitbench
