// Puts what the judge says into text.
#pragma once

#include <string>
#include <vector>

#include "exercises/judge/progress_file.hpp"
#include "exercises/judge/verdict.hpp"

namespace waitbench {

// A line an exercise, in their order: name, lesson, title, and whether it has passed.
std::string list_of_exercises(const ProgressFile& progress);

// Name and lesson, the task, the workload and the prediction.
std::string introduction_to(const Exercise& exercise);

// The hints in exercises/hints/<name>.txt, a paragraph each: every one gives away more than the one
// before. Throws std::runtime_error where there is no such file.
std::vector<std::string> hints_of(const Exercise& exercise);

// Hint number `step` of those, from 1, and how to get the next.
std::string hint_text(const Exercise& exercise, const std::vector<std::string>& hints, int step);

// The tasks of the run, a row each, as text. Empty if no task has come so far as to send, or if
// there are more tasks than a screen has rows.
std::string picture_of(const Exercise& exercise, const Run& run);

// A paragraph a finding, and at the end the verdict and what to do next. Where a point was judged
// otherwise the last time, as `before` has it, a + or - says so.
std::string verdict_text(const Exercise& exercise, const std::vector<Finding>& findings,
                         bool is_solution, const Points& before = {});

}  // namespace waitbench
