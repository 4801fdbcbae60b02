// What the quiz asks, what it takes for right, and how it explains what is wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "bench/quiz/problems.hpp"
#include "tests/pseudo_terminal.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

Problem published(std::string_view model, std::string_view server = "coroutines") {
  return {find_model(model), find_server(server), {.threads = 2, .server_threads = 2}, true};
}

std::string words_of(const std::vector<Problem>& problems) {
  std::string words;
  for (const Problem& problem : problems) words += waitbench::words_of(problem);
  return words;
}

TEST(QuizProblems, AreTheSameForTheSameSeedAndOthersForAnother) {
  EXPECT_EQ(words_of(draw_problems(7, 10)), words_of(draw_problems(7, 10)));
  EXPECT_NE(words_of(draw_problems(7, 10)), words_of(draw_problems(8, 10)));
  EXPECT_TRUE(words_of(draw_problems(7, 10)).starts_with(words_of(draw_problems(7, 3))));
}

TEST(QuizProblems, BeginEasy) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const auto problems = draw_problems(seed, 4);
    for (size_t i = 0; i < problems.size(); ++i) EXPECT_EQ(problems[i].is_hard, i >= 2);
    EXPECT_EQ(problems[0].server->name, "coroutines");
    EXPECT_EQ(questions_of(problems[0]).size(), 1U);
    EXPECT_EQ(questions_of(problems[2]).size(), 3U);
  }
}

std::vector<double> answers_to(const Problem& problem) {
  std::vector<double> answers;
  for (const Question& question : questions_of(problem)) answers.push_back(question.answer);
  return answers;
}

TEST(QuizProblems, AskWhenAllIsDoneWhenTheThirdAnswerIsReadAndHowManyThreadsCompute) {
  EXPECT_EQ(answers_to(published("sequential")), (std::vector<double>{42, 38, 1}));
  EXPECT_EQ(answers_to(published("async_single_thread")), (std::vector<double>{22, 18, 1}));
  EXPECT_EQ(answers_to(published("async_multi_thread")), (std::vector<double>{18, 14, 2}));
  EXPECT_EQ(answers_to(published("thread_per_task", "iterative")),
            (std::vector<double>{30, 26, 1}));
}

std::string thought_behind(double answer, const Problem& problem) {
  const auto mistake = explanation_of(answer, problem);
  return mistake ? mistake->thought : "";
}

TEST(QuizProblems, ExplainWhatAWrongNumberTakesForGranted) {
  const Problem problem = published("async_single_thread");
  EXPECT_EQ(thought_behind(42, problem), "one task follows the other");
  EXPECT_EQ(thought_behind(14, problem), "every task has a thread of its own");
  EXPECT_EQ(thought_behind(20, problem), "there is no wait before a task connects");
  EXPECT_EQ(thought_behind(22, problem), "") << "which is right";
  EXPECT_EQ(thought_behind(23, problem), "") << "which nobody can explain";
  EXPECT_EQ(thought_behind(22, published("async_single_thread", "iterative")),
            "the server lets all connections wait at once");
}

TEST(QuizProblems, TellEachWrongNumberOnce) {
  for (const Problem& problem : draw_problems(3, 30)) {
    std::set<double> ends;
    for (const Misconception& mistake : misconceptions_about(problem))
      EXPECT_TRUE(ends.insert(mistake.end.count()).second);
    EXPECT_FALSE(ends.contains(answers_to(problem).front()));
  }
}

// --- Played --------------------------------------------------------------------------------------

Ended play(const std::string& input, const std::string& options = "--seed 7 --rounds 1") {
  return run_to_end(
      {"/bin/sh", "-c",
       fmt::format("printf '{}' | {} --quiz --no-live {}", input, program("waitbench"), options)});
}

TEST(Quiz, CountsWhatIsRightAndRunsTheProblem) {
  const Problem problem = draw_problems(7, 1).front();
  const Ended ended = play(fmt::format("{}\\n", answers_to(problem).front()));
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_NE(ended.output.find("  Right.\n"), std::string::npos) << ended.output;
  EXPECT_NE(ended.output.find("at full length.\n\n1 of 1 right.\n"), std::string::npos)
      << ended.output;
  EXPECT_NE(ended.errors.find("structure as predicted"), std::string::npos) << ended.errors;
}

TEST(Quiz, SaysWhatAWrongAnswerLeavesOut) {
  const Misconception mistake = misconceptions_about(draw_problems(7, 1).front()).front();
  const Ended ended = play(fmt::format("{} s\\n", mistake.end.count()));
  EXPECT_NE(ended.output.find(
                fmt::format("is what it takes if {}.\n  But: {}\n", mistake.thought, mistake.but)),
            std::string::npos)
      << ended.output;
  EXPECT_NE(ended.output.find("0 of 1 right.\n"), std::string::npos) << ended.output;
}

TEST(Quiz, AsksAgainForWhatIsNoNumber) {
  const Ended ended = play("many\\n\\nnan\\n14 min\\n1\\n");
  size_t asked = 0;
  for (size_t at = 0; (at = ended.output.find("That is no number", at)) != std::string::npos; ++at)
    ++asked;
  EXPECT_EQ(asked, 4U) << ended.output;
}

TEST(Quiz, EndsWithItsInput) {
  const Ended ended = play("");
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_NE(ended.output.find("0 of 0 right so far.\n"), std::string::npos) << ended.output;
}

TEST(Quiz, EndsWhenInterrupted) {
  ProgramOnTerminal quiz{{program("waitbench"), "--quiz", "--rounds", "1"}, {24, 80, 0, 0}};
  ASSERT_TRUE(quiz.shows(
      [&](const auto&) { return quiz.output().find("last task done?") != std::string::npos; }));
  kill(quiz.pid(), SIGINT);
  EXPECT_EQ(quiz.end(), 1);
}

TEST(Quiz, PrintsTheAnswersForWhoTeaches) {
  const Ended ended =
      run_to_end({program("waitbench"), "--quiz", "--answers", "--seed", "7", "--rounds", "3"});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  for (const Problem& problem : draw_problems(7, 3))
    EXPECT_NE(
        ended.output.find(waitbench::words_of(problem) +
                          fmt::format("  After how many seconds is the last task done? {:g} s\n",
                                      answers_to(problem).front())),
        std::string::npos)
        << ended.output;
  for (const std::string& line : lines_of(ended.output)) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace waitbench
