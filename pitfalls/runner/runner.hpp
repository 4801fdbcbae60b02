// Runs pitfalls, both sides of each, and judges whether symptom and cure were as told.
#pragma once

#include <optional>
#include <string>

#include "pitfalls/runner/own_process.hpp"

namespace waitbench::pitfalls {

struct PitfallRun {
  const Pitfall* pitfall = nullptr;
  std::optional<Told> broken;  // what was not run is not there
  std::optional<Told> fixed;
};

// Runs both sides, or only the one that is named.
PitfallRun run(const Pitfall& pitfall, std::optional<Side> only = {}, const Limits& limits = {});

// Nothing if the symptom showed, the cure held, and was better by the pitfall's measure; otherwise
// what was not so. What was not run is not judged.
std::string verdict_of(const PitfallRun& run);

}  // namespace waitbench::pitfalls
