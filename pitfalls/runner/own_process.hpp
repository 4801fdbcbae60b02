// Runs a piece of a program in a process of its own, so that one that halts can be ended, and one
// that fails fails alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pitfalls/pitfall.hpp"
#include "pitfalls/runner/watchdog.hpp"

namespace waitbench::pitfalls {

enum class Ending {
  finished,
  halted,  // the watchdog found that it could never have finished
  failed,  // an exception, a signal, or it took too long; `message` says which
};

// What a process told of itself before it ended.
struct Told {
  Ending ending = Ending::failed;
  std::string message;
  Clock::time_point start;
  Duration took{};
  Outcome outcome;
  std::vector<Stretch> stretches;
};

using Body = std::function<Outcome(TimeLine& line)>;

// Forks; call it while no other thread runs. The process never outlives the caller.
Told run_apart(const Body& body);

// The same under a watchdog, as a part of `line`: where it halts, it ends and its line stays open.
// Throws std::runtime_error that says so if it failed. The process has a second thread, so `body`
// must not fork in turn.
Told attempt(TimeLine& line, const std::string& what, const Body& body);

}  // namespace waitbench::pitfalls
