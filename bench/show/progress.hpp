// Shows the person who waits which model runs, what its tasks do, how long it has taken and how
// long it should take.
#pragma once

#include <span>
#include <string>

#include "bench/records/run.hpp"
#include "bench/show/live_view.hpp"
#include "bench/show/terminal.hpp"
#include "record/shared_board.hpp"

namespace waitbench {

struct ProgressOptions {
  int runs = 0;                            // how many there will be; 0 if that is not known
  bool live = true;                        // on a terminal, draw
  bool each_runs_once = true;              // then the pictures stay
  std::span<const Model* const> compared;  // the models whose pictures are to have one axis
};

// Writes to standard error: on a terminal a picture that grows while a run goes on, and stays where
// each model runs once; elsewhere, and without `live`, a line per run.
class Progress {
 public:
  explicit Progress(const ProgressOptions& options);  // what it refers to must outlive it

  void begin(const PlannedRun& planned);

  // `board` has the run's events so far; nullptr where nobody has them.
  void update(Clock::time_point start, const SharedBoard* board);
  void end(const Run& run);
  void interrupted();

 private:
  void begin_live(const PlannedRun& planned);
  void look(const SharedBoard* board);
  std::vector<Line> final_picture(Size size) const;
  std::string what() const;

  ProgressOptions options_;
  bool is_live_;
  int begun_ = 0;
  std::string position_;
  std::string title_;
  bool is_to_stay_ = false;
  bool can_be_drawn_ = false;  // by its events: neither too many, nor of several clients
  RunSoFar so_far_;
  Clock::time_point next_drawing_;
  DrawnLines screen_;
};

}  // namespace waitbench
