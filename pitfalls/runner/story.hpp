// A pitfall told to people, in plain text of at most 80 columns.
#pragma once

#include <string>

#include "pitfalls/runner/runner.hpp"

namespace waitbench::pitfalls {

// Its name, and what one would expect.
std::string expectation_of(const Pitfall& pitfall);

// What comes after the expectation: what happened, why, the cure, and the figures of both sides.
std::string story_of(const PitfallRun& run);

// Name, title, symptom, cure and measure.
std::string entry_of(const Pitfall& pitfall);

}  // namespace waitbench::pitfalls
