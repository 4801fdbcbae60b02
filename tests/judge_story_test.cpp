// What the judge says: findings, hints, and the picture of a run.
#include <gtest/gtest.h>

#include <fstream>

#include "exercises/judge/story.hpp"
#include "tests/judge_runs.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

TEST(Story, PutsEachFindingInAParagraphAndEndsWithWhatToDo) {
  const std::vector<Finding> findings{
      {Aspect::threads, true, "One thread.", "One did."},
      {Aspect::in_flight, false, "Three tasks are in flight at once, as the exercise asks for.",
       "At most one was: each starts when the one before it has ended."}};
  const auto* const expected =
      "  yes  One thread. One did.\n"
      "  NO   Three tasks are in flight at once, as the exercise asks for. At most one was: each\n"
      "       starts when the one before it has ended.\n"
      "\n"
      "Not passed: 1 of 2 points. A hint: ./run_all.sh --exercise overlap_the_waits --hint\n";
  EXPECT_EQ(verdict_text(exercises.front(), findings, false), expected);
}

TEST(Story, MarksWhatHasChangedSinceTheLastTime) {
  const std::vector<Finding> findings{{Aspect::threads, true, "One thread.", "One did."},
                                      {Aspect::in_flight, false, "Three tasks.", "One was."},
                                      {Aspect::time, true, "In time.", "It was."}};
  const Points before{{"threads", false}, {"in flight", true}, {"time", true}};
  const std::string text = verdict_text(exercises.front(), findings, false, before);
  EXPECT_TRUE(
      text.starts_with("+ yes  One thread. One did.\n"
                       "- NO   Three tasks. One was.\n"
                       "  yes  In time. It was.\n"
                       "\n+ right now, - no longer right: "))
      << text;
  EXPECT_TRUE(verdict_text(exercises.front(), findings, false, {{"threads", true}})
                  .starts_with("  yes  One thread."));
}

TEST(Story, SendsWhoHasPassedToTheSolutionAndOn) {
  EXPECT_EQ(verdict_text(exercises.front(), {}, false),
            "\nPassed. To compare: exercises/solutions/overlap_the_waits.cpp. Next: "
            "./run_all.sh --exercise wait_for_all_at_once\n");
  EXPECT_EQ(verdict_text(exercises.back(), {}, false),
            "\nPassed. To compare: exercises/solutions/why_so_early.cpp. "
            "That was the last one.\n");
  EXPECT_EQ(verdict_text(exercises.front(), {}, true), "\nPassed.\n");
}

TEST(Story, ShowsOneHintAndHowToGetTheNext) {
  const Exercise exercise = three_tasks();
  const std::vector<std::string> hints{"Think.", "Think again.", "Look."};
  EXPECT_EQ(hint_text(exercise, hints, 1),
            "hint 1 of 3: Think.\nMore: ./run_all.sh --exercise three_tasks --hint 2\n");
  EXPECT_EQ(hint_text(exercise, hints, 3),
            "hint 3 of 3: Look.\nThe solution: exercises/solutions/three_tasks.cpp\n");
}

TEST(Story, DrawsATaskAsReadyUntilItsThreadHasFinishedOthers) {
  const Exercise exercise = three_tasks();
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 7, 0ms, 200ms, 1000ms, 1400ms),
                 task(3, 7, 0ms, 200ms, 1000ms, 1600ms)});
  const auto rows = lines_of(picture_of(exercise, run));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].find('x'), std::string::npos) << rows[1];
  EXPECT_LT(rows[3].find("xxxx"), rows[3].find("1###")) << rows[3];
}

TEST(Story, DrawsARowATaskAsLongAsThereIsRoom) {
  Exercise exercise = three_tasks();
  const std::string picture = picture_of(exercise, right_run(exercise));
  EXPECT_NE(picture.find("task 3 "), std::string::npos) << picture;
  EXPECT_NE(picture.find("x ready, no thread"), std::string::npos) << picture;
  EXPECT_EQ(picture_of(exercise, run_of(exercise, {{{1, Step::started, start, 7}}})), "");
  exercise.workload.tasks = 21;
  EXPECT_EQ(picture_of(exercise, right_run(exercise)), "");
}

// --- What a learner has reached ------------------------------------------------------------------

class Progress : public testing::Test {
 protected:
  ProgressFile read() const { return ProgressFile{file_}; }
  void judged(const Exercise& exercise, bool passed) const {
    read().add(exercise, {{Aspect::time, passed, "", ""}});
  }

  const TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "progress.json";
};

TEST_F(Progress, BeginsWithTheFirstExercise) {
  EXPECT_EQ(read().next(), &exercises.front());
  EXPECT_FALSE(read().has_passed(exercises.front()));
}

TEST_F(Progress, GoesOnToTheNextThatHasNotPassedAndComesBackToWhatWasLeftOut) {
  judged(exercises[1], true);
  EXPECT_EQ(read().next(&exercises[0]), &exercises[2]);
  for (const Exercise& exercise : exercises)
    if (&exercise != &exercises[3]) judged(exercise, true);
  EXPECT_EQ(read().next(&exercises.back()), &exercises[3]);
  judged(exercises[3], true);
  EXPECT_EQ(read().next(), nullptr);
}

TEST_F(Progress, KeepsThatItHasPassedAndThePointsOfTheLastTime) {
  judged(exercises[0], true);
  judged(exercises[0], false);
  EXPECT_TRUE(read().has_passed(exercises[0]));
  EXPECT_EQ(read().points_of(exercises[0]), (Points{{"time", false}}));
}

TEST_F(Progress, NamesAFileThatTheJudgeHasNotWritten) {
  for (const auto* text : {"", "[1, 2]", R"({"overlap_the_waits": 7})", "{\"torn"}) {
    std::ofstream{file_} << text;
    try {
      read();
      ADD_FAILURE() << "took " << text;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(),
                file_.string() + ": is not what the judge has written: remove it to begin anew");
    }
  }
}

}  // namespace
}  // namespace waitbench
