// The table of exercises: what each asks for, and what the records of a client that does it show. A
// new exercise is a starting point in exercises/, a solution in exercises/solutions/ and a row
// here.
#pragma once

#include <array>
#include <string_view>

#include "bench/models/models.hpp"

namespace waitbench {

// What every task with an even number meets at the address that it connects to.
enum class Trouble {
  none,
  nobody_listens,  // its connection is refused
  nobody_answers,  // it connects and sends, and no echo comes
};

struct Exercise {
  // What the client must be in the end, as a row of the table of models: prediction and structure.
  // Its program is client_<name>; `shows` is the task, in two lines.
  Model model;
  int lesson = 0;  // to which it belongs, from 1 to 10
  Workload workload;
  std::array<std::string_view, 3> hints;  // each gives away more than the one before

  Trouble trouble = Trouble::none;
  bool in_order = false;            // tasks finish in the order of their numbers
  bool computes_elsewhere = false;  // no thread runs both steps that wait and computing
  bool waits_asleep = false;        // waiting takes no CPU time to speak of

  constexpr std::string_view name() const { return model.name; }
};

// In the order in which they are meant to be done.
extern const std::array<Exercise, 10> exercises;

// Null if there is none of that name.
const Exercise* find_exercise(std::string_view name);

// Whether the task meets the exercise's trouble, so that it can't finish.
constexpr bool is_in_trouble(const Exercise& exercise, int task) {
  return exercise.trouble != Trouble::none && task % 2 == 0;
}

// Of the tasks that are in no trouble.
Workload undisturbed_part(const Exercise& exercise);

}  // namespace waitbench
