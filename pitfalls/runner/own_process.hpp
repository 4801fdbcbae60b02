// Runs each side, and each attempt within a side, in a process of its own, so that one that halts
// can be ended, and one that fails fails alone. The program starts itself for that.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pitfalls/runner/side_record.hpp"

namespace waitbench::pitfalls {

// --- Whoever starts a side -----------------------------------------------------------------------

struct Limits {
  Duration at_most = std::chrono::seconds{30};  // for what no watchdog sees: no side takes a tenth
  std::function<bool()> interrupted = [] { return false; };  // asked now and then
};

class Interrupted {};

// Starts this program as that side, and returns what the side told. The process ends before the
// calling thread does. Throws Interrupted if it was, when the process has ended.
Told run_apart(const Pitfall& pitfall, Side side, const Limits& limits = {});

// --- The process of a side -----------------------------------------------------------------------

// What a process of this program is started for.
struct Role {
  const Pitfall* pitfall = nullptr;
  Side side = Side::broken;
  std::string attempt = {};  // within the side; empty: the side itself
  RecordFiles files;
};

// Runs the side in this process, which is there for nothing else, and leaves the record. A watchdog
// ends the process if it halts. Returns the exit status.
int run_here(const Role& role);

using Body = std::function<Outcome(TimeLine& line)>;

// Runs `body` in one more process of the side that this process is. A function can't be handed over
// to a program that is started: the new process runs the side again, skips other attempts, and ends
// when it has run this one. So a side does nothing before its attempts, whose names differ.
Told run_apart(const std::string& what, const Body& body);

// The same as a part of `line`: where the attempt halts, it ends and its line stays open. Throws
// std::runtime_error that says so if it failed.
Told attempt(TimeLine& line, const std::string& what, const Body& body);

}  // namespace waitbench::pitfalls
