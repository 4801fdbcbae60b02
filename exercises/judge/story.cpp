// Prints the exercises, their hints, and the judge's findings.
#include "exercises/judge/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/show/live/frame.hpp"

namespace waitbench {
namespace {

constexpr size_t columns = 90;

// `label`, and beside it the text, on as many lines as it takes.
std::string paragraph(std::string_view label, std::string_view text) {
  const size_t indent = label.size();
  std::string lines;
  std::string line{label};
  std::istringstream words{std::string{text}};
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > columns) {
      lines += line + '\n';
      line = std::string(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += word;
  }
  return lines + line + '\n';
}

std::string command_for(const Exercise& exercise) {
  return fmt::format("./run_all.sh --exercise {}", exercise.name());
}

std::string milliseconds(Duration time) {
  return fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

std::string workload_of(const Exercise& exercise) {
  const Workload& w = exercise.workload;
  return fmt::format("{} tasks{}: connect {}, response {}, compute {}", w.tasks,
                     w.threads > 1 ? fmt::format(", T = {}", w.threads) : "",
                     milliseconds(w.connect), milliseconds(w.response), milliseconds(w.compute));
}

std::string without_trailing_spaces(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// Of those who have passed: compare, and go on.
std::string what_is_next(const Exercise& exercise) {
  const auto next = std::next(std::ranges::find(exercises, exercise.name(), &Exercise::name));
  return fmt::format(
      "Passed. To compare: exercises/solutions/{}.cpp. {}\n", exercise.name(),
      next == exercises.end() ? "That was the last one." : "Next: " + command_for(*next));
}

}  // namespace

std::string list_of_exercises(const ProgressFile& progress) {
  std::string text;
  for (const Exercise& exercise : exercises)
    text += fmt::format("{:<24} lesson {:<2}  {}{}\n", exercise.name(), exercise.lesson,
                        exercise.model.title, progress.has_passed(exercise) ? ": passed" : "");
  return text;
}

std::string introduction_to(const Exercise& exercise) {
  const Model& model = exercise.model;
  return fmt::format("{} ({}, lesson {})\n{}\n\n{}; predicted: {} = {:.2f} s\n", model.title,
                     model.name, exercise.lesson, model.shows, workload_of(exercise),
                     model.formula(),
                     predicted_makespan(model, undisturbed_part(exercise)).count());
}

std::vector<std::string> hints_of(const Exercise& exercise) {
  const auto file = std::filesystem::path{HINTS_DIR} / fmt::format("{}.txt", exercise.name());
  std::ifstream in{file};
  if (!in) throw std::runtime_error(file.string() + ": can't be opened");
  std::vector<std::string> hints(1);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() && !hints.back().empty())
      hints.emplace_back();
    else
      hints.back() += line + '\n';
  }
  return hints;
}

std::string hint_text(const Exercise& exercise, const std::vector<std::string>& hints, int step) {
  const auto all = static_cast<int>(hints.size());
  return paragraph(fmt::format("hint {} of {}: ", step, all),
                   hints.at(static_cast<size_t>(step - 1))) +
         (step < all ? fmt::format("More: {} --hint {}\n", command_for(exercise), step + 1)
                     : fmt::format("The solution: exercises/solutions/{}.cpp\n", exercise.name()));
}

std::string picture_of(const Exercise& exercise, const Run& run) {
  constexpr int most_rows = 20;
  const bool has_begun = std::ranges::count(run.events, Step::written, &Event::step) > 0;
  if (!has_begun || exercise.workload.tasks > most_rows) return "";
  RunSoFar whole{.tasks = exercise.workload.tasks,
                 .start = run.start,
                 .elapsed = {},
                 .predicted = predicted_makespan(exercise.model, undisturbed_part(exercise)),
                 .computing_at_most = at_once(exercise.model.facts.computing, exercise.workload),
                 .events = run.events};
  whole.events.insert(whole.events.end(), run.server_events.begin(), run.server_events.end());
  for (const Event& event : whole.events)
    whole.elapsed = std::max<Seconds>(whole.elapsed, event.time - run.start);
  std::string text;
  const Size size{.width = columns, .height = exercise.workload.tasks};
  for (const Line& line : legend(columns, /* with_ghosts = */ false)) text += text_of(line) + '\n';
  for (const Line& line : picture_of(whole, size))
    text += without_trailing_spaces(text_of(line)) + '\n';
  return text;
}

std::string verdict_text(const Exercise& exercise, const std::vector<Finding>& findings,
                         bool is_solution, const Points& before) {
  std::string text;
  bool anything_changed = false;
  for (const Finding& finding : findings) {
    const auto last = before.find(name_of(finding.aspect));
    const bool changed = last != before.end() && last->second != finding.passed;
    anything_changed |= changed;
    const std::string_view label =
        finding.passed ? (changed ? "+ yes  " : "  yes  ") : (changed ? "- NO   " : "  NO   ");
    text += paragraph(label, finding.wanted + " " + finding.seen);
  }
  if (anything_changed) text += "\n+ right now, - no longer right: compared with the last time\n";
  if (has_passed(findings))
    return text + '\n' + (is_solution ? "Passed.\n" : what_is_next(exercise));
  const auto missing = std::ranges::count(findings, false, &Finding::passed);
  return text + fmt::format("\nNot passed: {} of {} points. A hint: {} --hint\n", missing,
                            findings.size(), command_for(exercise));
}

}  // namespace waitbench
