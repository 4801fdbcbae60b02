// Runs each side in a process of its own, and judges it.
#include "pitfalls/runner/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace waitbench::pitfalls {
namespace {

// Not a number if the side did not measure it, which is never the better of two.
double measured(const Pitfall& pitfall, const Told& told) {
  const auto& measures = told.outcome.measures;
  const auto found = std::ranges::find(measures, pitfall.measure, &Measure::name);
  return found == measures.end() ? std::numeric_limits<double>::quiet_NaN() : found->value;
}

// Why a side told no outcome; nothing if it did.
std::string why_no_outcome(std::string_view side, const Told& told) {
  if (told.ending == Ending::finished) return "";
  if (told.ending == Ending::halted) return fmt::format("the {} side halted", side);
  return fmt::format("the {} side failed: {}", side, told.message);
}

}  // namespace

PitfallRun run(const Pitfall& pitfall, std::optional<Side> only, const Limits& limits) {
  PitfallRun run{.pitfall = &pitfall};
  if (only != Side::fixed) run.broken = run_apart(pitfall, Side::broken, limits);
  if (only != Side::broken) run.fixed = run_apart(pitfall, Side::fixed, limits);
  return run;
}

std::string verdict_of(const PitfallRun& run) {
  const auto& [pitfall, broken, fixed] = run;
  for (const auto& [side, told] : {std::pair{"broken", &broken}, std::pair{"fixed", &fixed}}) {
    if (!*told) continue;
    if (const auto why = why_no_outcome(side, **told); !why.empty()) return why;
  }
  if (broken && !broken->outcome.symptom) return "the symptom did not show";
  if (fixed && fixed->outcome.symptom) return "the cure did not hold: the symptom showed";
  if (!broken || !fixed) return "";
  const double before = measured(*pitfall, *broken);
  const double after = measured(*pitfall, *fixed);
  if (pitfall->better == Better::less ? after < before : after > before) return "";
  return fmt::format("the cure was no better by {}: {} against {}", pitfall->measure, after,
                     before);
}

}  // namespace waitbench::pitfalls
