// Puts together all that is drawn while a run goes on: what it is, its picture, and a footer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/show/live/picture.hpp"

namespace waitbench {

// What is drawn, in fewer lines than `size.height` that are shorter than `size.width`: title,
// lesson, picture, the server's counts, the legend, and `progress` ("run 2 of 5"). Where there is
// no room for all of them, it is the lesson that goes first, then the server's counts, then the
// legend.
std::vector<Line> frame_of(const RunSoFar& run, const std::string& progress, Size size);

// Whether the frame has a picture with one row per task.
bool frame_has_row_per_task(int tasks, Size size);

// Elapsed against predicted in a line shorter than `width`; with a bar, if asked for one and there
// is room.
std::string caption_of(const RunSoFar& run, int width, bool with_bar);

// What the characters of a picture with one row per task mean, in lines shorter than `width`. Only
// a run that goes on shows ghosts: what is predicted and still to come.
std::vector<Line> legend(int width, bool with_ghosts);

// "run 2 of 5, about 1 min 20 s to go", as much of it as is known.
std::string progress_of(int run, int runs, std::optional<Seconds> to_go);

}  // namespace waitbench
