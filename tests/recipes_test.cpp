// Recipes: files of options for the harness, those that come with the suite and those of one's own.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/support.hpp"

namespace waitbench {
namespace {

// What the harness says to these options, without running anything.
Ended predict(std::vector<std::string> options) {
  options.insert(options.begin(), {program("waitbench"), "--predict"});
  return run_to_end(options);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// --- Those of the suite --------------------------------------------------------------------------

const std::filesystem::path folder = SOURCE_DIR "/recipes";

class EveryRecipe : public testing::TestWithParam<std::string> {};

TEST_P(EveryRecipe, IsTakenByTheHarness) {
  const Ended ended = predict({"--recipe", std::filesystem::path{GetParam()}.stem()});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
}

TEST_P(EveryRecipe, BeginsWithWhatItShows) {
  EXPECT_TRUE(content_of(folder / GetParam()).starts_with("# "));
}

INSTANTIATE_TEST_SUITE_P(Recipes, EveryRecipe, testing::ValuesIn(names_in(folder)),
                         [](const auto& test) {
                           return std::filesystem::path{test.param}.stem().string();
                         });

TEST(Recipes, QuickTakesATenthOfTheDurations) {
  EXPECT_TRUE(has(predict({"--recipe", "quick", "--models", "sequential"}).output, "4.2 s"));
}

TEST(Recipes, CiRunsEachModelOftenEnoughForTheGate) {
  const Ended ended = run_to_end({program("waitbench"), "--recipe", "ci", "--models", "sequential",
                                  "--benchmark_list_tests=true"});
  EXPECT_EQ(lines_of(ended.output).size(), 13) << ended.output;
}

struct Sweep {
  std::string recipe;
  std::vector<std::string> rows;  // forms of rows of the table of predictions
};

class Sweeps : public testing::TestWithParam<Sweep> {};

// Holding threads instead of burning: predictions of the latter depend on the machine's cores.
TEST_P(Sweeps, GoFromLittleToMuch) {
  const std::string table =
      predict({"--recipe", GetParam().recipe, "--compute-kind", "hold"}).output;
  for (const std::string& row : GetParam().rows)
    EXPECT_TRUE(std::regex_search(table, std::regex{row})) << row << " is not in:\n" << table;
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, Sweeps,
    testing::Values(Sweep{"scale", {"thread_per_task +1 ", "thread_per_task +30000 "}},
                    Sweep{"crossover", {"thread_per_task +100 ", "async_multi_thread +10000 "}},
                    Sweep{"cores", {"thread_pool +16 .* 0.8 s", "thread_pool +16 .* 0.1 s"}},
                    Sweep{"load", {"async_offload +1000 +100 ", "async_offload +1000 +1600 "}},
                    Sweep{"connections", {"coroutines +1 ", "thread_per_connection +10000 "}},
                    Sweep{"servers", {"sequential +coroutines +6 ", "io_uring +io_uring +6 "}},
                    Sweep{"trickle", {"poll_loop +10 +1000 ", "poll_loop +1000 +1000 "}}),
    [](const auto& test) { return test.param.recipe; });

TEST(Recipes, CoresComputesForReal) {
  const Ended ended = predict({"--recipe", "cores", "--arrival-rate", "1"});
  EXPECT_TRUE(has(ended.errors, "only with --compute-kind hold")) << ended.errors;
}

// --- One's own -----------------------------------------------------------------------------------

class OwnRecipe : public testing::Test {
 protected:
  std::string path() const { return directory_.path() / "mine.ini"; }

  // What the harness says to a recipe with this text, and these options.
  Ended predict_with(std::string_view text, std::vector<std::string> options = {}) const {
    std::ofstream{path()} << text;
    options.insert(options.end(), {"--recipe", path()});
    return predict(options);
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(OwnRecipe, IsNamedByItsPath) {
  const Ended ended = predict_with(
      "# Two of them, and a comment.\n\nmodels = sequential, async_single_thread\ntasks = 1, 5\n"
      "connect = 1s  # and another\nresponse = 1s\ncompute = 1s\n");
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_EQ(lines_of(ended.output).size(), 5) << ended.output;
  for (const auto* seconds : {"3 s", "15 s", "7 s"})
    EXPECT_TRUE(has(ended.output, seconds)) << ended.output;
}

TEST_F(OwnRecipe, YieldsToTheCommandLine) {
  const std::string output = predict_with("tasks = 1, 2, 3\ntime-scale = 0.5\n",
                                          {"--tasks", "4", "--models", "sequential"})
                                 .output;
  EXPECT_EQ(lines_of(output).size(), 2) << output;
  EXPECT_TRUE(has(output, "28 s")) << output;
}

TEST_F(OwnRecipe, CountsByTheLaterOfTwoLines) {
  const std::string output =
      predict_with("tasks = 1\nmodels = sequential\ntasks = 2,4\ntasks = 3\n").output;
  EXPECT_EQ(lines_of(output).size(), 2) << output;
  EXPECT_TRUE(has(output, "42 s")) << output;
}

TEST_F(OwnRecipe, TakesAFlagAlone) {
  EXPECT_TRUE(has(predict_with("list\n").output, "async_single_thread"));
}

TEST_F(OwnRecipe, ReplacesAnEarlierOne) {
  const std::string output = predict_with("models = sequential\n", {"--recipe", "quick"}).output;
  EXPECT_TRUE(has(output, "42 s")) << output;
}

struct BadRecipe {
  std::string name;  // of the test
  std::string text;
  std::string said;
};

class BadRecipes : public OwnRecipe, public testing::WithParamInterface<BadRecipe> {};

TEST_P(BadRecipes, AreToldInOneLineThatNamesFileAndKey) {
  const Ended ended = predict_with(GetParam().text);
  EXPECT_EQ(ended.ending, "exit status 2");
  EXPECT_EQ(ended.output, "");
  EXPECT_EQ(lines_of(ended.errors).size(), 1) << ended.errors;
  EXPECT_TRUE(has(ended.errors, path() + ": " + GetParam().said)) << ended.errors;
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, BadRecipes,
    testing::Values(
        BadRecipe{"Key", "tasks = 3\nfrobnicate = 1\n", "'frobnicate' is not an option"},
        BadRecipe{"Sentence", "tasks are 3\n", "'tasks are 3' is not an option"},
        BadRecipe{"Section", "[harness]\ntasks = 3\n", "'[harness]' is not an option"},
        BadRecipe{"Value", "tasks = three\n", "--tasks: "},
        BadRecipe{"Nothing", "tasks =\n", "--tasks: '' is not a list of values"},
        BadRecipe{"NothingInAList", "tasks = 1,, 2\n", "--tasks: '1,, 2' is not a list"},
        BadRecipe{"Unit", "response = 8\n", "--response: '8' is not a duration"},
        BadRecipe{"Recipe", "recipe = quick\n", "recipe: "}),
    [](const auto& test) { return test.param.name; });

TEST(Recipes, ThatIsNotThereIsToldWithThoseThatAre) {
  const Ended ended = predict({"--recipe", "slow"});
  EXPECT_EQ(ended.ending, "exit status 2");
  EXPECT_EQ(
      ended.errors,
      "waitbench: --recipe: 'slow' is no file, and none of ci, connections, cores, load, quick, "
      "scale, servers, trickle (see --help)\n");
}

}  // namespace
}  // namespace waitbench
