// What a side told, as JSON: from process to process, and into a file (docs/pitfalls.md).
#pragma once

#include <nlohmann/json.hpp>

#include "pitfalls/runner/own_process.hpp"
#include "pitfalls/runner/runner.hpp"

namespace waitbench::pitfalls {

// Times are nanoseconds since `zero`.
nlohmann::ordered_json to_json(const Told& told, Clock::time_point zero);

// Of what was written with a `zero` of {}.
Told told_from(const nlohmann::ordered_json& json);

// The whole file.
nlohmann::ordered_json to_json(const std::vector<PitfallRun>& runs);

}  // namespace waitbench::pitfalls
