// Pictures of runs, character by character.
#include "bench/show/live_view.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

const Clock::time_point start{1000s};

Event at(double seconds, int task, Step step, int thread) {
  return {task, step, start + std::chrono::round<Duration>(Seconds{seconds}), thread};
}

struct Times {
  double started, written, echoed, read, finished;
  int thread;
};

std::vector<Event> events_of(const std::vector<Times>& tasks) {
  constexpr int servers_thread = 90;
  std::vector<Event> events;
  for (int task = 1; const Times& t : tasks) {
    events.push_back(at(t.started, task, Step::started, t.thread));
    events.push_back(at(t.written, task, Step::written, t.thread));
    events.push_back(at(t.read, task, Step::read, t.thread));
    events.push_back(at(t.finished, task, Step::finished, t.thread));
    events.push_back(at(t.written, task, Step::accepted, servers_thread));
    events.push_back(at(t.echoed, task, Step::echoed, servers_thread));
    ++task;
  }
  return events;
}

// The published time lines, without what was late.
const std::vector<Times> one_thread{
    {0, 2, 10, 10, 14, 71}, {0, 2, 10, 14, 18, 71}, {0, 2, 10, 18, 22, 71}};
const std::vector<Times> in_turn{
    {0, 2, 10, 10, 14, 71}, {14, 16, 24, 24, 28, 71}, {28, 30, 38, 38, 42, 71}};
const std::vector<Times> thread_each{
    {0, 2, 10, 10, 14, 73}, {0.01, 2, 10, 10, 14, 72}, {0.02, 2, 10, 10, 14, 71}};

// The run after `elapsed`: what was to happen later is not known.
RunSoFar run_of(const std::vector<Times>& tasks, double predicted, double elapsed) {
  RunSoFar run{.position = "[3/5]",
               .title = "async_single_thread, 3 tasks",
               .tasks = static_cast<int>(tasks.size()),
               .start = start,
               .elapsed = Seconds{elapsed},
               .predicted = Seconds{predicted},
               .events = events_of(tasks)};
  std::erase_if(run.events, [&](const Event& event) {
    return event.time > start + std::chrono::round<Duration>(run.elapsed);
  });
  return run;
}

using Texts = std::vector<std::string>;

Texts texts_of(const std::vector<Line>& lines) {
  Texts texts;
  for (const Line& line : lines) texts.push_back(text_of(line));
  return texts;
}

// --- A row a task --------------------------------------------------------------------------------

constexpr Size half_a_second_a_cell{48, 24};  // where 22 s are the width

TEST(LiveRows, ShowTheStagesOfEachTaskAndTheThreadThatComputes) {
  EXPECT_EQ(texts_of(picture_of(run_of(one_thread, 22, 22), half_a_second_a_cell)),
            (Texts{"1 ....////////////////1#######                |",
                   "2 ....////////////////xxxxxxxx1#######        |",
                   "3 ....////////////////xxxxxxxxxxxxxxxx1#######|"}));
}

TEST(LiveRows, GrowWithTime) {
  const auto rows_after = [](double elapsed) {
    return texts_of(picture_of(run_of(one_thread, 22, elapsed), half_a_second_a_cell));
  };
  EXPECT_EQ(rows_after(0), (Texts{"1                                             |",
                                  "2                                             |",
                                  "3                                             |"}));
  EXPECT_EQ(rows_after(2.9), (Texts{"1 ....//                                      |",
                                    "2 ....//                                      |",
                                    "3 ....//                                      |"}));
  EXPECT_EQ(rows_after(11.2), (Texts{"1 ....////////////////1#                      |",
                                     "2 ....////////////////xx                      |",
                                     "3 ....////////////////xx                      |"}));
  EXPECT_EQ(rows_after(15), (Texts{"1 ....////////////////1#######                |",
                                   "2 ....////////////////xxxxxxxx1#              |",
                                   "3 ....////////////////xxxxxxxxxx              |"}));
}

// Where one thread reads and a pool computes, and that only so many at once, nobody knows which of
// the pool's threads has a task before it is done.
TEST(LiveRows, ShowATaskThatQueuesForAPoolAsReady) {
  const std::vector<Times> read_at_once{
      {0, 2, 10, 10, 14, 71}, {0, 2, 10, 10, 14, 71}, {0, 2, 10, 10, 18, 71}};
  const auto rows_after = [&](double elapsed) {
    RunSoFar run = run_of(read_at_once, 18, elapsed);
    run.computing_at_most = 2;
    for (Event& event : run.events)
      if (event.step == Step::finished) event.thread = event.task == 2 ? 73 : 72;
    return texts_of(picture_of(run, {40, 24}));
  };
  EXPECT_EQ(rows_after(12.1), (Texts{"1 ....////////////////####            |",
                                     "2 ....////////////////####            |",
                                     "3 ....////////////////xxxx            |"}));
  EXPECT_EQ(rows_after(15), (Texts{"1 ....////////////////2#######        |",
                                   "2 ....////////////////3#######        |",
                                   "3 ....////////////////xxxxxxxx##      |"}));
  EXPECT_EQ(rows_after(18), (Texts{"1 ....////////////////2#######        |",
                                   "2 ....////////////////3#######        |",
                                   "3 ....////////////////xxxxxxxx2#######|"}));
}

TEST(LiveRows, AreBlankUntilTheTaskStarts) {
  RunSoFar run = run_of(in_turn, 42, 42);
  EXPECT_EQ(texts_of(picture_of(run, {46, 24})),
            (Texts{"1 ..////////1###                            |",
                   "2               ..////////1###              |",
                   "3                             ..////////1###|"}));
}

TEST(LiveRows, NumberThreadsInTheOrderOfTheirFirstSteps) {
  EXPECT_EQ(texts_of(picture_of(run_of(thread_each, 14, 14), {18, 24})),
            (Texts{"1 ..////////1###|", "2 ..////////2###|", "3 ..////////3###|"}));
}

TEST(LiveRows, CountNoThreadOfTheServer) {
  std::vector<Times> threads_in_turn = in_turn;
  threads_in_turn[1].thread = 72;  // takes its first step after the server's thread took one
  EXPECT_EQ(text_of(picture_of(run_of(threads_in_turn, 42, 42), {46, 24})[1]),
            "2               ..////////2###              |");
}

TEST(LiveRows, LeaveOutANumberThatHasNoRoom) {
  std::vector<Times> tasks;
  for (int i = 0; i < 12; ++i)
    tasks.push_back({i * 0.01, 2, 10, 10, i == 10 ? 14.0 : 11.0, 60 + i});
  const auto rows = texts_of(picture_of(run_of(tasks, 14, 14), {19, 24}));
  EXPECT_EQ(rows[0], " 1 ..////////1   |");
  EXPECT_EQ(rows[10], "11 ..////////11##|");
  EXPECT_EQ(rows[11], "12 ..////////#   |");
}

TEST(LiveRows, MarkThePredictionOnTheAxisThatModelsShare) {
  RunSoFar run = run_of(thread_each, 14, 5);
  run.axis = Seconds{42};
  EXPECT_EQ(texts_of(picture_of(run, {46, 24})).front(),
            "1 ..///         |                            ");
}

TEST(LiveRows, GoOnBeyondThePredictionOfARunThatIsLate) {
  std::vector<Times> late = thread_each;
  late[0].finished = 28;
  EXPECT_EQ(texts_of(picture_of(run_of(late, 14, 28), {32, 24})),
            (Texts{"1 ..////////1###|############# ", "2 ..////////2###|              ",
                   "3 ..////////3###|              "}));
}

TEST(LiveRows, SayTaskWhereThereIsRoom) {
  EXPECT_EQ(text_of(picture_of(run_of(one_thread, 22, 22), {80, 24}).front()).substr(0, 8),
            "task 1 .");
}

TEST(LiveRows, StayWithinTheirScreen) {
  for (int tasks : {1, 9, 10, 200})
    for (int height : {1, 2, 3, 5, 7, 8, 9, 24, 202})
      for (int width = 1; width < 120; ++width) {
        RunSoFar run = run_of(one_thread, 22, 30);
        run.tasks = tasks;
        const auto lines = picture_of(run, {width, height});
        ASSERT_LT(std::ssize(lines), std::max(1, height - 1)) << width << " x " << height;
        for (const Line& line : lines) ASSERT_LT(std::ssize(line), width);
        ASSERT_LT(std::ssize(caption_of(run, width, lines.empty())), width);
        for (const Line& line : legend(width)) ASSERT_LT(std::ssize(line), std::max(2, width));
      }
}

// What another process notes is no reason to fall over.
TEST(LiveRows, SurviveRecordsThatMakeNoSense) {
  RunSoFar run = run_of(one_thread, 22, 22);
  run.events = {at(5, 0, Step::started, 1),     at(5, 4, Step::started, 1),
                at(-900, 1, Step::finished, 1), at(1, 2, Step::read, 1),
                at(1e9, 3, Step::started, 1),   at(3, 2, Step::started, -5)};
  EXPECT_EQ(texts_of(picture_of(run, half_a_second_a_cell)),
            (Texts{"1                                             |",
                   "2       ......................................|",
                   "3                                             |"}));
}

TEST(LiveRows, StandForARunThatTakesNoTimeAtAll) {
  RunSoFar run{.tasks = 1};
  EXPECT_EQ(texts_of(picture_of(run, {20, 24})), (Texts{"1 |                "}));
}

// --- Counts --------------------------------------------------------------------------------------

TEST(LiveCounts, TellHowManyOfMoreTasksThanRowsAreInWhichStage) {
  RunSoFar run{.tasks = 100, .start = start, .elapsed = Seconds{11}, .predicted = Seconds{14}};
  for (int task = 1; task <= 90; ++task) run.events.push_back(at(0, task, Step::started, 71));
  for (int task = 1; task <= 80; ++task) run.events.push_back(at(2, task, Step::written, 71));
  for (int task = 1; task <= 30; ++task) run.events.push_back(at(10, task, Step::echoed, 90));
  for (int task = 1; task <= 10; ++task) run.events.push_back(at(10, task, Step::read, 71));
  for (int task = 1; task <= 9; ++task) run.events.push_back(at(10.5, task, Step::finished, 71));
  EXPECT_EQ(texts_of(picture_of(run, {67, 24})),
            (Texts{"not started  10 -----", "connect      10 .....",
                   "response     50 /////////////////////////", "ready        20 xxxxxxxxxx",
                   "compute       1 #", "finished      9 ====="}));
}

TEST(LiveCounts, NeedSixLinesAndACaption) {
  const RunSoFar run{.tasks = 100};
  EXPECT_EQ(picture_of(run, {80, 8}).size(), 6);
  EXPECT_TRUE(picture_of(run, {80, 7}).empty());
  EXPECT_TRUE(picture_of(run, {15, 24}).empty());
}

// --- Captions and the legend ---------------------------------------------------------------------

TEST(LiveCaption, TellsElapsedAgainstPredictedAsWellAsTheWidthAllows) {
  const RunSoFar run = run_of(one_thread, 22, 12.34);
  EXPECT_EQ(caption_of(run, 80, false),
            "[3/5] async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run, 63, false),
            "[3/5] async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run, 62, false), "async_single_thread: 12.3 of 22.0 s");
  EXPECT_EQ(caption_of(run, 20, false), "12.3 of 22.0 s");
  EXPECT_EQ(caption_of(run, 14, false), "12.3");
  EXPECT_EQ(caption_of(run, 4, false), "");
}

TEST(LiveCaption, HasABarWhereThereIsNoPicture) {
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 12.34), 100, true),
            "[3/5] async_single_thread, 3 tasks [###########.........] 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 44), 100, true),
            "[3/5] async_single_thread, 3 tasks [####################] 44.0 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 12.34), 80, true),
            "[3/5] async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
}

TEST(LiveCaption, TellsHundredthsOfARunOfLessThanASecond) {
  EXPECT_EQ(caption_of(run_of(one_thread, 0.44, 0.1), 80, false),
            "[3/5] async_single_thread, 3 tasks: 0.10 s of 0.44 s predicted");
}

TEST(LiveLegend, NamesEveryCharacterOfThePictures) {
  EXPECT_EQ(
      texts_of(legend(80)),
      (Texts{". connect  / response  x ready, no thread  1# compute on thread 1  | predicted"}));
  EXPECT_EQ(texts_of(legend(42)), (Texts{". connect  / response  x ready, no thread",
                                         "1# compute on thread 1  | predicted"}));
}

// --- Colours -------------------------------------------------------------------------------------

TEST(LiveColours, AreSetWhereTheStageChangesAndResetAtTheEnd) {
  EXPECT_EQ(coloured({{'1'}, {' '}, {'.', TaskState::connect}, {'.', TaskState::connect}}),
            "1 \x1b[30;43m..\x1b[0m");
  EXPECT_EQ(coloured({{'x', TaskState::ready}, {'#', TaskState::compute}, {'|'}}),
            "\x1b[97;41mx\x1b[97;44m#\x1b[0m|");
  EXPECT_EQ(coloured({}), "");
}

TEST(LiveColours, ChangeNoCharacter) {
  for (const Line& line : picture_of(run_of(one_thread, 22, 22), {80, 24}))
    EXPECT_EQ(std::regex_replace(coloured(line), std::regex{"\x1b\\[[0-9;]*m"}, ""), text_of(line));
}

// --- The axis ------------------------------------------------------------------------------------

TEST(CommonAxis, IsTheLongestPredictionUnlessTheShortestWouldNotBeSeen) {
  std::vector<const Model*> core;
  for (const auto name : core_models) core.push_back(find_model(name));
  EXPECT_EQ(common_axis(core, published_workload), Seconds{42});
  Workload many = published_workload;
  many.tasks = 30;
  EXPECT_EQ(common_axis(core, many), Seconds{0});
}

}  // namespace
}  // namespace waitbench
