// The table of exercises: what each asks for, and what the records of a client that does it show. A
// new exercise is a starting point in exercises/, a solution in exercises/solutions/, hints in
// exercises/hints/ and a row here.
#pragma once

#include <array>
#include <string>
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
  // `shows` is the task, in two lines.
  Model model;
  int lesson = 0;  // to which it belongs, from 1 to 12
  Workload workload;

  Trouble trouble = Trouble::none;
  bool in_order = false;            // tasks finish in the order of their numbers
  bool computes_elsewhere = false;  // no thread runs both steps that wait and computing
  bool waits_asleep = false;        // one call waits for all, and takes no CPU time to speak of
  Duration give_up_after{};         // how long the task in trouble waits; 0: no such limit

  // The program is a server, and `model` the suite's client that is run against it.
  bool is_server = false;

  constexpr std::string_view name() const { return model.name; }

  // The file of its program.
  std::string program() const { return (is_server ? "server_" : "client_") + std::string{name()}; }
};

// In the order in which they are meant to be done.
extern const std::array<Exercise, 15> exercises;

// Null if there is none of that name.
const Exercise* find_exercise(std::string_view name);

// Whether the task meets the exercise's trouble, so that it can't finish.
constexpr bool is_in_trouble(const Exercise& exercise, int task) {
  return exercise.trouble != Trouble::none && task % 2 == 0;
}

// Of the tasks that are in no trouble.
Workload undisturbed_part(const Exercise& exercise);

}  // namespace waitbench
