// judge: runs an exercise's program, and says what its records show, point by point.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <optional>
#include <random>
#include <ranges>
#include <string>

#include "bench/run/environment.hpp"
#include "bench/run/limits.hpp"
#include "exercises/judge/progress_file.hpp"
#include "exercises/judge/story.hpp"
#include "exercises/judge/trial.hpp"
#include "support/command_line.hpp"
#include "support/interruption.hpp"
#include "support/temporary_directory.hpp"

namespace waitbench {
namespace {

struct JudgeOptions {
  const Exercise* exercise = nullptr;
  int hint = 0;  // the number of one to be shown; 0: judge
  bool solution = false;
  bool structure_only = false;
  bool list = false;
  bool next = false;
  std::filesystem::path progress;  // where the learner's is kept; empty: nowhere
  std::filesystem::path bin_dir;   // has exercises/ in it
};

constexpr int most_hints = 3;  // of each exercise

const Exercise* choose_exercise(const std::string& name) {
  const Exercise* exercise = find_exercise(name);
  if (!exercise)
    throw CLI::ValidationError(
        "NAME", fmt::format("'{:.60}' is none of {}", name,
                            fmt::join(exercises | std::views::transform(&Exercise::name), ", ")));
  return exercise;
}

std::optional<int> parse_options(int argc, char** argv, JudgeOptions& options) {
  CLI::App app{"Runs the program of an exercise, and judges it by its records.", "judge"};
  app.footer("Exit status: 0 it has passed, 1 it has not, 2 usage.");
  std::string name;
  app.add_option("NAME", name, "The exercise; see --list");
  app.add_flag("--list", options.list, "List the exercises in their order, and end");
  auto* hint = app.add_option("--hint", options.hint, "Show this hint, and judge nothing")
                   ->check(CLI::Range(1, most_hints))
                   ->type_name("STEP");
  app.add_flag("--solution", options.solution, "Judge the reference solution instead")
      ->excludes(hint);
  app.add_option("--progress", options.progress,
                 "Keep in this file what has passed, and mark what has changed since")
      ->type_name("FILE");
  app.add_flag("--next", options.next,
               "Name the next exercise, after NAME if given, that has not passed, and end")
      ->needs("--progress");
  app.add_flag("--structure-only", options.structure_only,
               "Leave times out, which depend on how busy the machine is");
  options.bin_dir = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  app.add_option("--bin-dir", options.bin_dir,
                 "Where the built programs lie, exercises/ among them")
      ->type_name("DIR")
      ->default_str("beside judge");
  app.parse_complete_callback([&] {
    if (options.list || (options.next && name.empty())) return;
    if (name.empty()) throw CLI::RequiredError("NAME");
    options.exercise = choose_exercise(name);
  });
  return parse_command_line(app, argc, argv);
}

// The directory with the program; throws where it has not been built.
std::filesystem::path find_program(const JudgeOptions& options) {
  const std::string name{options.exercise->name()};
  const auto directory = options.bin_dir / "exercises" / (options.solution ? "solutions" : "");
  if (!std::filesystem::exists(directory / options.exercise->program()))
    throw std::runtime_error(fmt::format("{} is not built: cmake --build build/release --target {}",
                                         name,
                                         (options.solution ? "solution_" : "exercise_") + name));
  return directory;
}

// A client that hangs is given up sooner where somebody waits for the verdict.
std::optional<Duration> patience_with(const Exercise& exercise, Judged judged) {
  if (judged == Judged::structure) return std::nullopt;
  const Seconds predicted = predicted_makespan(exercise.model, exercise.workload);
  return std::chrono::duration_cast<Duration>(3 * predicted + Seconds{5});
}

// What the machine has to do beside this; empty if that is no excuse.
std::string excuse() {
  constexpr double noticeable = 0.5;  // of a core
  const auto busy = busy_cores();
  if (!busy || *busy < noticeable) return "";
  return fmt::format(
      "This machine has other work to do, for {:.1f} of its cores: try again when it has less.\n",
      *busy);
}

// With a response that nobody knows beforehand: who sleeps instead of waiting for the answer has it
// too early or too late.
Exercise drawn_from(Exercise exercise) {
  std::random_device random;
  std::uniform_int_distribution<int> more{20, 220};
  exercise.workload.response += std::chrono::milliseconds{more(random)};
  return exercise;
}

Run run_once(const Trial& trial, const Exercise& exercise) {
  auto run = trial.run(exercise);
  if (!run) throw std::runtime_error("interrupted");
  return *std::move(run);
}

// Once more, where what the machine may have done is all that is wrong.
Run run_until_clear(const Trial& trial, const Exercise& exercise, Judged judged) {
  constexpr int most_runs = 3;
  for (int number = 1;; ++number) {
    Run run = run_once(trial, exercise);
    if (number == most_runs || !may_be_the_machine(findings_of(exercise, run, judged))) return run;
    tell("What is wrong may be the machine's doing: once more\n");
  }
}

// Only the learner's own program counts.
void keep_progress(const JudgeOptions& options, ProgressFile& progress,
                   const std::vector<Finding>& findings) {
  if (!options.progress.empty() && !options.solution) progress.add(*options.exercise, findings);
}

int judge_program(const JudgeOptions& options, ProgressFile& progress) {
  const Exercise exercise = drawn_from(*options.exercise);
  const Judged judged = options.structure_only ? Judged::structure : Judged::everything;
  Interruption interruption;
  const TemporaryDirectory scratch;
  Trial trial{.programs = find_program(options),
              .suite = options.bin_dir,
              .records_dir = scratch.path(),
              .timeout = patience_with(exercise, judged),
              .interrupted = [&] { return interruption.requested(); }};
  print(introduction_to(exercise) + "\n");

  const Run run = run_until_clear(trial, exercise, judged);
  auto findings = findings_of(exercise, run, judged);
  const std::string picture = picture_of(exercise, run);
  if (!picture.empty()) print(picture + "\n");
  if (has_passed(findings) && !exercise.is_server) {
    trial.timeout.reset();  // burning may take its time
    const Exercise proof = proof_of(drawn_from(*options.exercise));
    findings.push_back(finding_of_proof(exercise, run_once(trial, proof)));
  }
  print(verdict_text(exercise, findings, options.solution, progress.points_of(exercise)));
  if (may_be_the_machine(findings) && is_only_late(findings)) print(excuse());
  keep_progress(options, progress, findings);
  return has_passed(findings) ? exit_ok : exit_failed;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("judge", [&] {
    raise_soft_limits();
    JudgeOptions options;
    if (const auto exit_code = parse_options(argc, argv, options)) return *exit_code;
    ProgressFile progress{options.progress};
    if (options.list) {
      print(list_of_exercises(progress));
      return exit_ok;
    }
    if (options.next) {
      if (const Exercise* next = progress.next(options.exercise))
        print(fmt::format("{}\n", next->name()));
      return exit_ok;
    }
    if (options.hint > 0) {
      print(hint_text(*options.exercise, hints_of(*options.exercise), options.hint));
      return exit_ok;
    }
    return judge_program(options, progress);
  });
}
