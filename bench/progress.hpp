// What the person who waits sees: which model runs, what its tasks do, how long it has taken and
// how long it should take.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bench/live_view.hpp"
#include "bench/options.hpp"
#include "bench/plan.hpp"
#include "bench/run.hpp"
#include "bench/shared_board.hpp"
#include "bench/terminal.hpp"

namespace waitbench {

// Writes to standard error: on a terminal a picture that grows while a run goes on, and stays where
// each model runs once; elsewhere, and without options.live, a line a run.
class Progress {
 public:
  // `options` must outlive it; `runs` is how many there will be, 0 if that is not known.
  Progress(const HarnessOptions& options, int runs);

  void begin(const PlannedRun& planned);

  // Where the processes of the run that has begun should note their events; empty if nobody looks.
  std::filesystem::path board() const;

  void update(Clock::time_point start);
  void end(const Run& run);
  void interrupted();

 private:
  void begin_live(const PlannedRun& planned);
  void look();
  std::vector<Line> final_picture(Size size) const;
  std::string what() const;

  const HarnessOptions& options_;
  int runs_;
  bool is_live_;
  int begun_ = 0;
  std::string position_;
  std::string title_;
  bool is_to_stay_ = false;
  RunSoFar so_far_;
  Clock::time_point next_drawing_;
  std::optional<SharedBoard> board_;
  DrawnLines screen_;
};

}  // namespace waitbench
