// Runs each side, and each attempt within a side, in a process of its own, so that one that halts
// can be ended, and one that fails fails alone. The program starts itself for that.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pitfalls/runner/side_record.hpp"

namespace waitbench::pitfalls {

// --- From outside --------------------------------------------------------------------------------

struct Limits {
  Duration at_most = std::chrono::seconds{30};  // for what no watchdog sees: no side takes a tenth
  std::function<bool()> interrupted = [] { return false; };  // asked now and then
};

class Interrupted {};

// Starts this program as that side, and returns what it told. The process never outlives the
// caller's thread. Throws Interrupted, when the process is gone, if it was.
Told run_apart(const Pitfall& pitfall, Side side, const Limits& limits = {});

// --- As a side -----------------------------------------------------------------------------------

// What a process of this program is started for.
struct Role {
  const Pitfall* pitfall = nullptr;
  Side side = Side::broken;
  std::string attempt = {};  // within the side; empty: the side itself
  RecordFiles files;
};

// Is that side, under a watchdog that ends this process if it halts. Leaves the record, and returns
// the exit status.
int be_side(const Role& role);

using Body = std::function<Outcome(TimeLine& line)>;

// Runs `body` in a process of its own; only in a process that is a side. That process is the side
// once more and comes to `body` by running the side up to here: until then a side does nothing but
// other attempts, which have other names.
Told run_apart(const std::string& what, const Body& body);

// The same as a part of `line`: where the attempt halts, it ends and its line stays open. Throws
// std::runtime_error that says so if it failed.
Told attempt(TimeLine& line, const std::string& what, const Body& body);

}  // namespace waitbench::pitfalls
