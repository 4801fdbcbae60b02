// Compares the models at the end, with bars as long as they took.
#pragma once

#include <span>
#include <vector>

#include "bench/records/run.hpp"
#include "bench/show/live/lines.hpp"

namespace waitbench {

// One line per model, in the order of the table: its name, a bar, what it took (the median of its
// runs), and how many times sooner that is than what the slowest took. In lines shorter than
// `width` where that leaves any room for the bars. No lines unless several models, or servers, have
// run the same workload, and no other.
std::vector<Line> comparison_of(std::span<const Run> runs, int width);

}  // namespace waitbench
