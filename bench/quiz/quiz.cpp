// Plays the quiz: question, answer, run, reason.
#include "bench/quiz/quiz.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "bench/models/prediction.hpp"
#include "bench/quiz/problems.hpp"
#include "bench/run/scenario.hpp"
#include "bench/show/live/progress.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

namespace waitbench {
namespace {

constexpr Seconds longest_run{2};  // what a problem is scaled to

std::string figure(double value, const std::string& unit) {
  return fmt::format("{:g}{}", value, unit.empty() ? "" : " " + unit);
}

// "14", "2.5 s"; nothing for anything else.
std::optional<double> number_of(const std::string& text) {
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  const std::string_view unit{rest};
  const bool is_number = rest != text.c_str() && std::isfinite(number);
  return is_number && (unit.empty() || unit == "s" || unit == " s") ? std::optional{number}
                                                                    : std::nullopt;
}

class Quiz {
 public:
  Quiz(const HarnessOptions& options, Interruption& interruption)
      : options_(options),
        interruption_(interruption),
        scenario_{.bin_dir = options.bin_dir,
                  .records_dir = scratch_.path(),
                  .interrupted = [this] { return interruption_.requested(); }} {}

  int play();

 private:
  bool ask(const Question& question, const Problem& problem);
  void check(double answer, const Question& question, const Problem& problem);
  bool run(const Problem& problem);

  const HarnessOptions& options_;
  Interruption& interruption_;
  TemporaryDirectory scratch_;
  Scenario scenario_;
  int asked_ = 0;
  int right_ = 0;
  bool has_failed_ = false;
};

int Quiz::play() {
  print(fmt::format("{} rounds, seed {}: the same again with --quiz --seed {} --rounds {}.\n",
                    options_.rounds, options_.seed, options_.seed, options_.rounds));
  int round = 0;
  for (const Problem& problem : draw_problems(options_.seed, options_.rounds)) {
    print(fmt::format("\nRound {} of {}\n{}", ++round, options_.rounds, words_of(problem)));
    for (const Question& question : questions_of(problem))
      if (!ask(question, problem)) {
        print(fmt::format("\n{} of {} right so far.\n", right_, asked_));
        return interruption_.requested() || has_failed_ ? exit_failed : exit_ok;
      }
    if (!run(problem)) return exit_failed;
  }
  print(fmt::format("\n{} of {} right.\n", right_, asked_));
  return has_failed_ ? exit_failed : exit_ok;
}

// Returns false at the end of standard input, and when interrupted.
bool Quiz::ask(const Question& question, const Problem& problem) {
  while (true) {
    print(fmt::format("  {} ", question.text));
    const auto line = read_line([this] { return interruption_.requested(); });
    if (!line) return false;
    if (const auto answer = number_of(*line)) {
      check(*answer, question, problem);
      return true;
    }
    print("  That is no number. One like 14 or 2.5 would be right.\n");
  }
}

void Quiz::check(double answer, const Question& question, const Problem& problem) {
  ++asked_;
  if (is_same(answer, question.answer)) {
    ++right_;
    return print("  Right.\n");
  }
  print(fmt::format("  No: {}.\n", figure(question.answer, question.unit)));
  if (question.answer != questions_of(problem).front().answer) return;
  if (const auto mistake = explanation_of(answer, problem))
    print(fmt::format("  {} is what it takes if {}.\n  But: {}\n", figure(answer, question.unit),
                      mistake->thought, mistake->but));
}

// Returns false when interrupted.
bool Quiz::run(const Problem& problem) {
  const Seconds whole = predicted_makespan(*problem.model, problem.workload, *problem.server);
  const PlannedRun planned{.model = problem.model,
                           .server = problem.server,
                           .workload = scaled(problem.workload, longest_run / whole),
                           .repetition = 1};
  print(fmt::format("  Let it run, {:.3g} times as fast:\n", whole / longest_run));
  Progress progress{{.plan = {&planned, 1},
                     .live = options_.live,
                     .models = {&problem.model, 1},
                     .servers = {&problem.server, 1}}};
  progress.begin(planned);
  scenario_.at_each_look = [&](Clock::time_point start, const SharedBoard* board) {
    progress.update(start, board);
  };
  const auto run = scenario_.run(*problem.model, planned.workload, 1, *problem.server);
  if (!run) {
    progress.interrupted();
    return false;
  }
  progress.end(*run);
  if (run->status == Status::ok)
    print(fmt::format("  It took {:.3f} s, which is {:.4g} s at full length.\n",
                      run->makespan->count(), *run->makespan * (whole / longest_run) / Seconds{1}));
  else
    has_failed_ |= run->has_failed();
  return true;
}

}  // namespace

void print_answers(const HarnessOptions& options) {
  int round = 0;
  for (const Problem& problem : draw_problems(options.seed, options.rounds)) {
    print(fmt::format("{}Round {}\n{}", round == 0 ? "" : "\n", round + 1, words_of(problem)));
    ++round;
    for (const Question& question : questions_of(problem))
      print(fmt::format("  {} {}\n", question.text, figure(question.answer, question.unit)));
    for (const Misconception& mistake : misconceptions_about(problem))
      print(fmt::format("    {:>6}  if {}\n", figure(mistake.end.count(), "s"), mistake.thought));
  }
}

int play_quiz(const HarnessOptions& options, Interruption& interruption) {
  return Quiz{options, interruption}.play();
}

}  // namespace waitbench
