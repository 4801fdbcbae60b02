// Says what a client's threads were at when the judge gave it up: who waits for whom.
#pragma once

#include <string>

#include "bench/records/run.hpp"

namespace waitbench {

// A sentence, with the threads numbered as in the picture. Empty where nothing is known of them.
std::string halt_text(const Run& run);

}  // namespace waitbench
