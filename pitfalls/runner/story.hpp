// A pitfall told to people, in plain text of at most 80 columns.
#pragma once

#include <string>

#include "pitfalls/runner/runner.hpp"

namespace waitbench::pitfalls {

// What one would expect, what happened, why, the cure, and the figures of both sides.
std::string story_of(const PitfallRun& run);

// Name, title and symptom of all of them.
std::string list_of_pitfalls();

}  // namespace waitbench::pitfalls
