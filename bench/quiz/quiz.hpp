// waitbench --quiz: asks what a model takes, then runs it, and says what a wrong answer leaves out.
#pragma once

#include "bench/options.hpp"
#include "support/interruption.hpp"

namespace waitbench {

// Prints the problems of the seed, the right answers, and what wrong ones mean, for who teaches.
void print_answers(const HarnessOptions& options);

// Plays the rounds on standard input and output, until they or the input end. Returns the exit
// code: that of failure if a run failed, or if it was interrupted.
int play_quiz(const HarnessOptions& options, Interruption& interruption);

}  // namespace waitbench
