// The exercises themselves: table, files and lessons agree; the judge refuses every starting point
// with a reason, and takes every solution.
#include "exercises/judge/exercises.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "bench/models/prediction.hpp"
#include "exercises/judge/story.hpp"
#include "tests/support.hpp"

namespace waitbench {

void PrintTo(const Exercise& exercise, std::ostream* out) {
  *out << exercise.name();
}

namespace {

const std::filesystem::path source_dir{SOURCE_DIR};

Names stems_in(const std::filesystem::path& directory) {
  Names stems;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    if (entry.path().extension() == ".cpp") stems.insert(entry.path().stem());
  return stems;
}

Names names_in_table() {
  Names names;
  for (const Exercise& exercise : exercises) names.emplace(exercise.name());
  return names;
}

std::string command_for(const Exercise& exercise) {
  return fmt::format("./run_all.sh --exercise {}", exercise.name());
}

// The page docs/lessons/07-....md for 7; empty where there is none.
std::string lesson(int number) {
  const std::string prefix = fmt::format("{:02}-", number);
  for (const auto& name : names_in(source_dir / "docs/lessons"))
    if (name.starts_with(prefix)) return content_of(source_dir / "docs/lessons" / name);
  return "";
}

// On one line.
std::string unwrapped(const std::string& text) {
  return std::regex_replace(text, std::regex{"\\s+"}, " ");
}

Ended judge(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program("judge"));
  ChildProcess child{arguments};
  child.wait({.deadline = Clock::now() + std::chrono::minutes{3}});
  return {child.ending(), child.standard_output(), child.standard_error()};
}

// --- Table, files, lessons -----------------------------------------------------------------------

TEST(Exercises, HaveAStartingPointAndASolutionEach) {
  EXPECT_EQ(names_in_table().size(), exercises.size()) << "a name twice";
  EXPECT_EQ(stems_in(source_dir / "exercises"), names_in_table());
  EXPECT_EQ(stems_in(source_dir / "exercises/solutions"), names_in_table());
}

TEST(Exercises, HaveATaskInTwoLinesAndHints) {
  for (const Exercise& exercise : exercises) {
    EXPECT_EQ(lines_of(exercise.model.shows).size(), 2) << exercise.name();
    const auto hints = hints_of(exercise);
    EXPECT_EQ(hints.size(), 3) << exercise.name();
    for (const auto& hint : hints) EXPECT_NE(hint, "") << exercise.name();
  }
}

TEST(Exercises, FollowTheLessonsWhichNameThem) {
  EXPECT_TRUE(std::ranges::is_sorted(exercises, {}, &Exercise::lesson));
  for (const Exercise& exercise : exercises) {
    EXPECT_NE(lesson(exercise.lesson).find(command_for(exercise)), std::string::npos)
        << "lesson " << exercise.lesson << " does not say: " << command_for(exercise);
  }
}

// What is asked for, for whom, and how it is judged stands in the file that is edited.
TEST(Exercises, AreExplainedInTheirStartingPoint) {
  for (const Exercise& exercise : exercises) {
    const auto file = source_dir / "exercises" / fmt::format("{}.cpp", exercise.name());
    const std::string text = content_of(file);
    EXPECT_TRUE(text.starts_with("// Exercise: ")) << file;
    EXPECT_NE(text.find("// To reach: "), std::string::npos) << file;
    EXPECT_NE(text.find("// Judge:    " + command_for(exercise) + "\n"), std::string::npos) << file;
    EXPECT_NE(text.find(fmt::format("(lesson {})", exercise.lesson)), std::string::npos) << file;
  }
}

TEST(Exercises, TakeFromOneToThreeSeconds) {
  for (const Exercise& exercise : exercises) {
    const Seconds predicted = predicted_makespan(exercise.model, undisturbed_part(exercise));
    EXPECT_GE(predicted, Seconds{0.95}) << exercise.name();
    EXPECT_LE(predicted, Seconds{3}) << exercise.name();
  }
}

TEST(Exercises, AreListedInTheReadme) {
  const std::string readme = content_of(source_dir / "exercises/README.md");
  for (const Exercise& exercise : exercises)
    EXPECT_NE(readme.find(fmt::format("[`{0}`]({0}.cpp)", exercise.name())), std::string::npos)
        << exercise.name();
}

// --- The judge as a program ----------------------------------------------------------------------

class EveryExercise : public testing::TestWithParam<Exercise> {
 protected:
  const std::string name_{GetParam().name()};
};

TEST_P(EveryExercise, RefusesItsStartingPointAndSaysWhy) {
  const Ended ended = judge({name_, "--structure-only"});
  EXPECT_EQ(ended.ending, "exit status 1") << ended.output << ended.errors;
  EXPECT_EQ(ended.errors, "");
  EXPECT_NE(ended.output.find("\n  NO   "), std::string::npos) << ended.output;
  EXPECT_NE(ended.output.find(command_for(GetParam()) + " --hint\n"), std::string::npos)
      << ended.output;
}

TEST_P(EveryExercise, TakesItsSolution) {
  const Ended ended = judge({name_, "--solution", "--structure-only"});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.output << ended.errors;
  EXPECT_EQ(ended.errors, "");
  EXPECT_TRUE(ended.output.ends_with("\nPassed.\n")) << ended.output;
}

INSTANTIATE_TEST_SUITE_P(Exercises, EveryExercise, testing::ValuesIn(exercises),
                         [](const auto& parameter) { return std::string{parameter.param.name()}; });

TEST(Judge, ListsTheExercisesInTheirOrder) {
  const Ended ended = judge({"--list"});
  EXPECT_EQ(ended.ending, "exit status 0");
  const auto lines = lines_of(ended.output);
  ASSERT_EQ(lines.size(), exercises.size());
  for (size_t i = 0; i < lines.size(); ++i)
    EXPECT_TRUE(lines[i].starts_with(exercises.at(i).name())) << lines[i];
}

TEST(Judge, ShowsAHintAndRunsNothing) {
  const Ended ended = judge({"overlap_the_waits", "--hint", "2", "--bin-dir", "/nowhere"});
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_TRUE(ended.output.starts_with("hint 2 of 3: ")) << ended.output;
}

TEST(Judge, SaysHowToBuildWhatIsNotThere) {
  const TemporaryDirectory empty;
  for (const std::string option : {"--structure-only", "--solution"}) {
    const Ended ended = judge({"overlap_the_waits", option, "--bin-dir", empty.path()});
    EXPECT_EQ(ended.ending, "exit status 1");
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(lines_of(ended.errors).size(), 1);
    EXPECT_NE(ended.errors.find("overlap_the_waits is not built"), std::string::npos)
        << ended.errors;
  }
}

// A program of the test's own in place of a learner's.
Ended judge_script(const Exercise& exercise, const std::string& script,
                   const std::vector<std::string>& options) {
  const TemporaryDirectory bin;
  std::filesystem::create_directory(bin.path() / "exercises");
  std::filesystem::create_symlink(BIN_DIR "/echo_server", bin.path() / "exercises/echo_server");
  std::filesystem::create_symlink(BIN_DIR "/client_async_single_thread",
                                  bin.path() / "client_async_single_thread");
  const auto program = bin.path() / "exercises" / exercise.program();
  std::ofstream{program} << "#!/bin/sh\n" << script << '\n';
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  std::vector<std::string> words{std::string{exercise.name()}, "--bin-dir", bin.path()};
  words.insert(words.end(), options.begin(), options.end());
  return judge(words);
}

TEST(Judge, TellsOfAProgramThatCrashes) {
  const Ended ended = judge_script(exercises.front(), "kill -SEGV $$", {"--structure-only"});
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_NE(unwrapped(ended.output).find("It did not: killed by signal 11"), std::string::npos)
      << ended.output;
}

TEST(Judge, TellsOfAProgramThatDoesNothing) {
  const Ended ended = judge_script(exercises.front(), "exit 0", {"--structure-only"});
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_NE(unwrapped(ended.output).find("Task 1 had not even started"), std::string::npos)
      << ended.output;
}

TEST(Judge, TellsOfAServerThatDoesNotKeepTheContract) {
  const auto judged = [](const std::string& script) {
    const Ended ended =
        judge_script(*find_exercise("serve_them_all"), script, {"--structure-only"});
    EXPECT_EQ(ended.ending, "exit status 1") << ended.errors;
    return unwrapped(ended.output);
  };
  EXPECT_NE(judged("exit 3").find("It was not so: server: exit status 3."), std::string::npos);
  EXPECT_NE(judged("echo hello").find("server: said 'hello' instead of where it listens"),
            std::string::npos);
  EXPECT_NE(judged("kill -SEGV $$").find("server: killed by signal 11"), std::string::npos);
}

TEST(EveryExerciseThatIsOnlyLate, IsRunThreeTimesBeforeItIsRefused) {
  const auto solution = program("exercises/solutions/client_overlap_the_waits");
  const Ended ended =
      judge_script(exercises.front(), "sleep 0.5; exec " + solution + R"( "$@")", {});
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(lines_of(ended.errors).size(), 2) << ended.errors;
  EXPECT_NE(ended.output.find("\nNot passed: 1 of 5 points."), std::string::npos) << ended.output;
}

// What the judge must say of a program of judge_crooked.cpp.
struct Mistake {
  std::string_view name;
  std::string_view exercise;
  std::string_view words;
  bool with_times = false;
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreRefusedAndExplained) {
  const auto& [name, exercise, words, with_times] = GetParam();
  std::vector<std::string> options;
  if (!with_times) options.emplace_back("--structure-only");
  const auto crooked = program("judge_crooked");
  const Ended ended = judge_script(*find_exercise(exercise),
                                   fmt::format(R"(exec {} {} "$@")", crooked, name), options);
  EXPECT_EQ(ended.ending, "exit status 1") << ended.output << ended.errors;
  EXPECT_NE(ended.output.find("\nNot passed: "), std::string::npos) << ended.output;
  EXPECT_NE(unwrapped(ended.output).find(words), std::string::npos) << ended.output;
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Mistakes,
    testing::Values(
        Mistake{"no_network", "overlap_the_waits", "the server has no record of it"},
        Mistake{"sleeps_instead_of_waiting", "overlap_the_waits", "before the server sent it"},
        Mistake{"no_computing", "overlap_the_waits", "to compute, and 0.200000 s were asked for"},
        Mistake{"waits_instead_of_computing", "overlap_the_waits", "A timer is no computing"},
        Mistake{"sleeps_instead_of_computing", "overlap_the_waits",
                "s of CPU time, and to compute"},
        Mistake{"faked_events", "overlap_the_waits", "its records can't be true: "},
        Mistake{"torn_events", "overlap_the_waits", "The judge can't go by that: "},
        Mistake{"blames_task_2_in_any_case", "notice_the_failure",
                "nothing in the way of any task: every task finishes, and the client uses that "
                "much. It did not: exit status 1"},
        Mistake{"gives_up_early", "limit_the_wait", "it gave up early"},
        Mistake{"polls_in_turn", "wait_for_all_at_once", "it asks one after the other"},
        Mistake{"computes_at_once", "overlap_the_waits", "had computed before it had its answer"},
        Mistake{"dangling_capture", "overlap_the_waits", "a variable that is gone"},
        Mistake{"loop_of_one", "a_thousand_tasks",
                "If the loop is an io_context{1}: that promises"},
        Mistake{"posts_unbound", "compute_elsewhere", "post(bind_executor(pool, use_awaitable))"},
        Mistake{"future_on_the_loop", "overlap_the_waits", "waited for another", true},
        Mistake{"use_awaitable_as_a_start", "start_then_await", "co_spawn(..., use_awaitable)"},
        Mistake{"runs_before_it_spawns", "overlap_the_waits", "run() returns as soon as"}),
    [](const auto& parameter) { return std::string{parameter.param.name}; });

class JudgeRefuses : public testing::TestWithParam<BadCommandLine> {};

TEST_P(JudgeRefuses, InOneLineWithStatus2) {
  expect_usage_error("judge", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    CommandLines, JudgeRefuses,
    testing::Values(
        BadCommandLine{"NoName", {}, {"NAME"}},
        BadCommandLine{"UnknownName", {"overlap"}, {"'overlap'", "overlap_the_waits"}},
        BadCommandLine{"HintZero", {"overlap_the_waits", "--hint", "0"}, {"--hint", "1", "3"}},
        BadCommandLine{"HintTooHigh", {"overlap_the_waits", "--hint", "4"}, {"--hint", "1", "3"}},
        BadCommandLine{"HintAndSolution",
                       {"overlap_the_waits", "--hint", "1", "--solution"},
                       {"--hint", "--solution"}},
        BadCommandLine{"UnknownOption", {"--frobnicate"}, {"--frobnicate", "--help"}}),
    name_of_bad);

}  // namespace
}  // namespace waitbench
