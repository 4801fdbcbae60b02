// The report of a side, and pitfalls.json, as JSON (docs/pitfalls.md).
#pragma once

#include <nlohmann/json.hpp>

#include "pitfalls/runner/runner.hpp"
#include "pitfalls/runner/side_record.hpp"

namespace waitbench::pitfalls {

// Without the times and threads of its stretches, and without how long it took.
nlohmann::ordered_json report_of(const Told& told);

// What such a report tells.
Told told_in(const nlohmann::ordered_json& report);

// The whole of pitfalls.json.
nlohmann::ordered_json to_json(const std::vector<PitfallRun>& runs);

}  // namespace waitbench::pitfalls
