// Shows the person who waits which model runs, what its tasks do, how long it has taken and how
// long it should take; and at the end how the models compare.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/records/run.hpp"
#include "bench/show/live/frame.hpp"
#include "bench/show/live/terminal.hpp"
#include "record/shared_board.hpp"

namespace waitbench {

struct ProgressOptions {
  std::span<const PlannedRun> warmup;  // the runs that are to come
  std::span<const PlannedRun> plan;
  bool is_plan_whole = true;               // else some of them will not be run
  bool live = true;                        // on a terminal, draw
  bool quiet = false;                      // tell nothing
  std::span<const Model* const> models;    // whose pictures, against
  std::span<const Server* const> servers;  // these servers, are to have one axis
};

// Writes to standard error: on a terminal a picture that grows while a run goes on. It stays where
// each model runs once and each task has a row; else a sparkline and a line of text stay.
// Elsewhere, and without `live`, a line per run.
class Progress {
 public:
  explicit Progress(const ProgressOptions& options);  // what it refers to must outlive it

  void begin(const PlannedRun& planned);

  // `board` has the run's events so far; nullptr where nobody has them.
  void update(Clock::time_point start, const SharedBoard* board);
  void end(const Run& run);
  void interrupted();

  // After the last run.
  void compare(std::span<const Run> runs);

 private:
  void begin_live(const PlannedRun& planned);
  void draw();
  void leave(const std::vector<std::string>& outcomes);

  ProgressOptions options_;
  bool is_live_;
  int runs_ = 0;  // how many there will be; 0 if that is not known
  int begun_ = 0;
  Seconds to_come_{};        // predicted for the runs that have not begun
  bool is_to_stay_ = false;  // the picture
  bool has_stayed_ = false;  // one of them
  RunSoFar so_far_;
  Clock::time_point next_drawing_;
  DrawnLines screen_;
};

}  // namespace waitbench
