// What the person who waits sees: which model runs, how long it has taken, how long it should take.
#pragma once

#include <string>

#include "bench/plan.hpp"
#include "bench/run.hpp"

namespace waitbench {

// Writes to standard error: on a terminal a bar in place, elsewhere a line a run. Where CI or
// NO_COLOR is set, or TERM is dumb, a terminal counts as elsewhere.
class Progress {
 public:
  // `runs` is how many there will be, 0 if that is not known. `in_place` asks for the bar; it is
  // had only where standard error is a terminal.
  Progress(int runs, bool in_place);

  void begin(const PlannedRun& planned);
  void update(Seconds elapsed);
  void end(const Run& run);
  void interrupted();

 private:
  void clear_bar() const;

  int runs_;
  bool in_place_;
  int begun_ = 0;
  std::string what_;
  Seconds predicted_{};
  Seconds drawn_at_{};
};

}  // namespace waitbench
