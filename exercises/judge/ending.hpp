// How a learner's program ended, and how far its tasks came, in words.
#pragma once

#include <string>
#include <vector>

#include "bench/records/stages.hpp"
#include "exercises/judge/verdict.hpp"

namespace waitbench {

// The tasks that did not take all four steps, of those that are in no trouble.
std::vector<TaskRecord> unfinished(const Exercise& exercise, const Run& run);

// Whether every task took all of its steps, and the client ended with status 0.
Finding judge_ending(const Exercise& exercise, const Run& run);

// Of an exercise with trouble: whether all other tasks finished.
Finding judge_others(const Exercise& exercise, const Run& run);

// Of an exercise with trouble: whether the client told of the failure.
Finding judge_failure(const Exercise& exercise, const Run& run);

// Of an exercise that gives a task up: whether it waited as long as it was asked to.
Finding judge_patience(const Exercise& exercise, const Run& run, Judged judged);

}  // namespace waitbench
