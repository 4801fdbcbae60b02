// Wraps sentences and lines up figures.
#include "pitfalls/runner/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <sstream>

#include "pitfalls/runner/watchdog.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr size_t columns = 80;
constexpr size_t indent = 12;

// `label`, and beside it the sentence, on as many lines as it takes.
std::string paragraph(std::string_view label, std::string_view sentence) {
  std::string text;
  std::string line = fmt::format("  {:<{}}", label, indent - 2);
  bool first = true;
  std::istringstream words{std::string{sentence}};
  for (std::string word; words >> word; first = false) {
    if (!first && line.size() + 1 + word.size() > columns) {
      text += line + '\n';
      line = std::string(indent, ' ');
      first = true;
    }
    if (!first) line += ' ';
    line += word;
  }
  return text + line + '\n';
}

std::string what_happened(const Told& told) {
  if (told.ending == Ending::failed) return fmt::format("failed: {}", told.message);
  if (told.ending == Ending::halted) return "halted";
  return told.outcome.happened;
}

// --- Figures -------------------------------------------------------------------------------------

std::string figure(const Measure& measure) {
  if (measure.unit.empty()) return fmt::format("{}", std::llround(measure.value));
  return fmt::format("{:.{}f} {}", measure.value, measure.value < 10 ? 3 : 1, measure.unit);
}

std::string figure(const std::optional<Told>& told, const std::string& name) {
  if (!told) return "";
  const auto& measures = told->outcome.measures;
  const auto found = std::ranges::find(measures, name, &Measure::name);
  return found == measures.end() ? "-" : figure(*found);
}

std::string figures_of(const PitfallRun& run) {
  const auto& [pitfall, broken, fixed] = run;
  const Told& either = broken ? *broken : *fixed;
  std::string text =
      fmt::format("  {:<30}{:>14}{:>14}\n", "", broken ? "broken" : "", fixed ? "fixed" : "");
  for (const Measure& measure : either.outcome.measures) {
    std::string name = measure.name;
    std::ranges::replace(name, '_', ' ');
    const bool decides = measure.name == pitfall->measure;
    text += fmt::format("  {:<30}{:>14}{:>14}\n", name + (decides ? " *" : ""),
                        figure(broken, measure.name), figure(fixed, measure.name));
  }
  return text;
}

std::string watchdog_says(const std::optional<Told>& told) {
  std::string text;
  if (!told) return text;
  for (const Halt& halt : halts_in(told->stretches))
    text += paragraph(text.empty() ? "watchdog" : "", describe(halt));
  return text;
}

std::string judgement_of(const PitfallRun& run) {
  const auto verdict = verdict_of(run);
  if (!verdict.empty()) return fmt::format("NOT AS TOLD: {}", verdict);
  if (!run.fixed) return "the symptom showed";
  if (!run.broken) return "the cure held";
  return fmt::format("the symptom showed; the cure held ({} of *)",
                     run.pitfall->better == Better::less ? "less" : "more");
}

}  // namespace

std::string expectation_of(const Pitfall& pitfall) {
  return fmt::format("{}: {}\n\n", pitfall.name, pitfall.title) +
         paragraph("expected", pitfall.expected);
}

std::string story_of(const PitfallRun& run) {
  const Pitfall& pitfall = *run.pitfall;
  std::string text;
  if (run.broken) text += paragraph("broken", what_happened(*run.broken));
  text += watchdog_says(run.broken);
  text += paragraph("why", pitfall.why);
  text += paragraph("cure", pitfall.cure);
  if (run.fixed) text += paragraph("fixed", what_happened(*run.fixed));
  text += watchdog_says(run.fixed);
  return fmt::format("{}\n{}\n{}", text, figures_of(run), paragraph("verdict", judgement_of(run)));
}

std::string entry_of(const Pitfall& pitfall) {
  return fmt::format("{}: {}\n", pitfall.name, pitfall.title) +
         paragraph("symptom", pitfall.symptom) + paragraph("cure", pitfall.cure) +
         paragraph("measured", pitfall.measure);
}

}  // namespace waitbench::pitfalls
