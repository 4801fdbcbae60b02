// Finds out that a program halts, and who in it waits for whom, from what its threads noted: no
// clock could tell a program that halts from one that is slow.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "pitfalls/runner/time_line.hpp"

namespace waitbench::pitfalls {

// A thread that will never go on.
struct Halt {
  int process = 0;
  int thread = 0;
  std::string holds;             // the loop that it runs, if any
  std::string awaits;            // what it waits for
  std::string loop;              // and which loop would have to do that
  std::vector<int> served_by{};  // the threads that run that loop, itself included

  bool operator==(const Halt&) const = default;
};

// The threads that are blocked on a loop whose every thread is blocked likewise. Threads of one
// process only wait for loops of the same process.
std::vector<Halt> halts_in(const std::vector<Stretch>& stretches);

// A sentence a halt, for people.
std::string describe(const Halt& halt);

// Looks at `line` from a thread of its own until it goes; calls `bark` on that thread, once, when
// the same threads of this process were found halted at ten looks in a row: a thread may have been
// given what it waited for, and not had the time to note it.
class Watchdog {
 public:
  Watchdog(const TimeLine& line, std::function<void()> bark);

 private:
  std::jthread thread_;
};

}  // namespace waitbench::pitfalls
