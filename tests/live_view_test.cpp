// Pictures of runs, character by character.
#include <gtest/gtest.h>

#include <regex>

#include "bench/show/live/comparison.hpp"
#include "bench/show/live/frame.hpp"
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
  RunSoFar run{.title = "async_single_thread, 3 tasks",
               .lesson = "All tasks wait at once and compute in turn.",
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

// The same times, as a prediction.
std::vector<PredictedTask> prediction_of(const std::vector<Times>& tasks) {
  std::vector<PredictedTask> predicted;
  const auto after = [](double seconds) { return std::chrono::round<Duration>(Seconds{seconds}); };
  for (const Times& t : tasks)
    predicted.push_back({after(t.started), after(t.written), after(t.echoed), after(t.read),
                         after(t.read), after(t.finished), 1});
  return predicted;
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

// --- Ghosts: what is predicted and still to come -------------------------------------------------

TEST(LiveGhosts, AreFilledByWhatHappens) {
  const auto rows_after = [](double elapsed) {
    RunSoFar run = run_of(one_thread, 22, elapsed);
    run.predicted_tasks = prediction_of(one_thread);
    return texts_of(picture_of(run, half_a_second_a_cell));
  };
  EXPECT_EQ(rows_after(0), (Texts{"1 --------------------========                |",
                                  "2 ----------------------------========        |",
                                  "3 ------------------------------------========|"}));
  EXPECT_EQ(rows_after(11.2), (Texts{"1 ....////////////////1#======                |",
                                     "2 ....////////////////xx------========        |",
                                     "3 ....////////////////xx--------------========|"}));
}

TEST(LiveGhosts, AreGivenToTasksInTheOrderInWhichTheyCompute) {
  RunSoFar run = run_of({{0, 2, 10, 14, 18, 71}, {0, 2, 10, 10, 14, 71}}, 18, 11);
  run.predicted_tasks = prediction_of({one_thread[0], one_thread[1]});
  EXPECT_EQ(texts_of(picture_of(run, {40, 24})),
            (Texts{"1 ....////////////////xx------========|",
                   "2 ....////////////////1#======        |"}));
}

TEST(LiveGhosts, AreGoneWhenTheRunHasEnded) {
  RunSoFar run = run_of(in_turn, 42, 21);
  run.predicted_tasks = prediction_of(in_turn);
  run.has_ended = true;
  for (const std::string& row : texts_of(picture_of(run, {46, 24})))
    EXPECT_EQ(row.find_first_of("-="), row.npos) << row;
}

// What another process notes is no reason to fall over.
TEST(LiveRows, SurviveRecordsThatMakeNoSense) {
  RunSoFar run = run_of(one_thread, 22, 22);
  run.events = {at(5, 0, Step::started, 1),     at(5, 4, Step::started, 1),
                at(-900, 1, Step::finished, 1), at(1, 2, Step::read, 1),
                at(1e9, 3, Step::started, 1),   at(3, 2, Step::started, -5)};
  EXPECT_EQ(texts_of(picture_of(run, half_a_second_a_cell)),
            (Texts{"1                                             |",
                   "2       1#####################################|",
                   "3                                             |"}));
}

TEST(LiveRows, StandForARunThatTakesNoTimeAtAll) {
  RunSoFar run{.tasks = 1};
  EXPECT_EQ(texts_of(picture_of(run, {20, 24})), (Texts{"1 |                "}));
}

// --- Counts --------------------------------------------------------------------------------------

RunSoFar run_of_a_hundred() {
  RunSoFar run{.tasks = 100, .start = start, .elapsed = Seconds{11}, .predicted = Seconds{14}};
  for (int task = 1; task <= 90; ++task) run.events.push_back(at(0, task, Step::started, 71));
  for (int task = 1; task <= 80; ++task) run.events.push_back(at(2, task, Step::written, 71));
  for (int task = 1; task <= 30; ++task) run.events.push_back(at(10, task, Step::echoed, 90));
  for (int task = 1; task <= 10; ++task) run.events.push_back(at(10, task, Step::read, 71));
  for (int task = 1; task <= 9; ++task) run.events.push_back(at(10.5, task, Step::finished, 71));
  return run;
}

TEST(LiveCounts, TellHowManyOfMoreTasksThanRowsAreInWhichStage) {
  EXPECT_EQ(texts_of(picture_of(run_of_a_hundred(), {67, 21})),
            (Texts{"not started  10 :::::", "connect      10 .....",
                   "response     50 /////////////////////////", "ready        20 xxxxxxxxxx",
                   "compute       1 #", "finished      9 ====="}));
}

TEST(LiveCounts, FillHowManyShouldBe) {
  RunSoFar run = run_of_a_hundred();
  run.predicted_tasks = prediction_of(std::vector<Times>(100, {0, 2, 12, 12, 14, 71}));
  EXPECT_EQ(texts_of(picture_of(run, {67, 21})),
            (Texts{"not started  10 :::::", "connect      10 .....",
                   "response     50 /////////////////////////-------------------------",
                   "ready        20 xxxxxxxxxx", "compute       1 #", "finished      9 ====="}));
}

TEST(LiveCounts, NeedSixLines) {
  const RunSoFar run{.tasks = 100};
  EXPECT_EQ(picture_of(run, {80, 6}).size(), 6);
  EXPECT_TRUE(picture_of(run, {80, 5}).empty());
  EXPECT_TRUE(picture_of(run, {15, 24}).empty());
}

// --- What stands around the picture --------------------------------------------------------------

TEST(LiveFrame, HasTitleAndLessonAboveThePictureAndAFooterBelow) {
  RunSoFar run = run_of(one_thread, 22, 11.2);
  run.predicted_tasks = prediction_of(one_thread);
  EXPECT_EQ(
      texts_of(frame_of(run, "run 3 of 5", {80, 24})),
      (Texts{"async_single_thread, 3 tasks: 11.2 s of 22.0 s predicted",
             "All tasks wait at once and compute in turn.",
             "task 1 ......//////////////////////////1###=========                          |",
             "task 2 ......//////////////////////////xxxx---------=============             |",
             "task 3 ......//////////////////////////xxxx----------------------=============|",
             "server 0 waiting, 3 echoed", "",
             ". connect  / response  x ready, no thread  1# compute, thread 1  -=| predicted",
             "run 3 of 5"}));
}

TEST(LiveFrame, LeavesOutWhatThereIsNoRoomFor) {
  const auto lines_of_height = [](int height) {
    return texts_of(frame_of(run_of(one_thread, 22, 11.2), "run 3 of 5", {80, height}));
  };
  EXPECT_EQ(lines_of_height(10).size(), 9);
  EXPECT_EQ(lines_of_height(9)[1].substr(0, 4), "task") << "no lesson";
  EXPECT_EQ(lines_of_height(8)[4], "") << "no counts of the server";
  EXPECT_EQ(lines_of_height(7)[4], "server 0 waiting, 3 echoed") << "no legend";
  EXPECT_EQ(lines_of_height(6).size(), 5);
  EXPECT_EQ(lines_of_height(5), (Texts{"async_single_thread, 3 tasks [##########..........] 11.2 s "
                                       "of 22.0 s predicted",
                                       "run 3 of 5"}));
  EXPECT_EQ(lines_of_height(1).size(), 1);
}

TEST(LiveFrame, CountsTheConnectionsThatWaitAtTheServer) {
  const auto lines = texts_of(frame_of(run_of(in_turn, 42, 30.5), "", {80, 24}));
  EXPECT_EQ(lines[5], "server 1 waiting, 2 echoed");
}

TEST(LiveFrame, StaysWithinItsScreen) {
  for (int tasks : {1, 9, 10, 200})
    for (int height : {1, 2, 3, 5, 7, 8, 9, 24, 210})
      for (int width = 1; width < 120; ++width) {
        RunSoFar run = run_of(one_thread, 22, 30);
        run.tasks = tasks;
        const auto lines = frame_of(run, "run 3 of 5, about 2 min 20 s to go", {width, height});
        ASSERT_LT(std::ssize(lines), std::max(2, height)) << width << " x " << height;
        for (const Line& line : lines) ASSERT_LT(std::ssize(line), std::max(2, width));
      }
}

TEST(LiveCaption, TellsElapsedAgainstPredictedAsWellAsTheWidthAllows) {
  const RunSoFar run = run_of(one_thread, 22, 12.34);
  EXPECT_EQ(caption_of(run, 80, false), "async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run, 57, false), "async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run, 56, false), "async_single_thread: 12.3 of 22.0 s");
  EXPECT_EQ(caption_of(run, 20, false), "12.3 of 22.0 s");
  EXPECT_EQ(caption_of(run, 14, false), "12.3");
  EXPECT_EQ(caption_of(run, 4, false), "");
}

TEST(LiveCaption, HasABarWhereThereIsNoPicture) {
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 12.34), 100, true),
            "async_single_thread, 3 tasks [###########.........] 12.3 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 44), 100, true),
            "async_single_thread, 3 tasks [####################] 44.0 s of 22.0 s predicted");
  EXPECT_EQ(caption_of(run_of(one_thread, 22, 12.34), 78, true),
            "async_single_thread, 3 tasks: 12.3 s of 22.0 s predicted");
}

TEST(LiveCaption, TellsHundredthsOfARunOfLessThanASecond) {
  EXPECT_EQ(caption_of(run_of(one_thread, 0.44, 0.1), 80, false),
            "async_single_thread, 3 tasks: 0.10 s of 0.44 s predicted");
}

TEST(LiveLegend, NamesEveryCharacterOfThePictures) {
  EXPECT_EQ(
      texts_of(legend(80, true)),
      (Texts{". connect  / response  x ready, no thread  1# compute, thread 1  -=| predicted"}));
  EXPECT_EQ(texts_of(legend(42, false)), (Texts{". connect  / response  x ready, no thread",
                                                "1# compute, thread 1  | predicted"}));
}

TEST(LiveProgress, TellsWhatIsKnown) {
  EXPECT_EQ(progress_of(2, 5, Seconds{79.2}), "run 2 of 5, about 1 min 20 s to go");
  EXPECT_EQ(progress_of(2, 0, std::nullopt), "run 2");
}

// --- What stays ----------------------------------------------------------------------------------

TEST(Sparkline, ShowsHowManyTasksAreUnderWay) {
  const auto sparkline = [](const std::vector<Times>& tasks, double predicted) {
    return text_of(sparkline_of(run_of(tasks, predicted, predicted), 11));
  };
  EXPECT_EQ(sparkline(one_thread, 22), "███████▆▆▃▃");
  EXPECT_EQ(sparkline(in_turn, 42), "▃▃▃▃▃▃▃▃▃▃▃");
  EXPECT_EQ(sparkline(thread_each, 14), "███████████");
}

TEST(Sparkline, IsFilledByAsManyTasksAsAreUnderWayAtMost) {
  RunSoFar run = run_of(in_turn, 42, 42);
  run.most_under_way = 1;
  EXPECT_EQ(text_of(sparkline_of(run, 4)), "████");
}

TEST(Sparkline, HasTheColourOfTheStageThatMostTasksAreIn) {
  const Line line = sparkline_of(run_of(one_thread, 22, 22), 22);
  EXPECT_EQ(line[0].ink, Ink::connect);
  EXPECT_EQ(line[5].ink, Ink::response);
  EXPECT_EQ(line[12].ink, Ink::ready);
  EXPECT_EQ(line[20].ink, Ink::compute);
}

TEST(Sparkline, IsAsLongAsTheRunOnTheAxisThatModelsShare) {
  RunSoFar run = run_of(thread_each, 14, 14);
  run.axis = Seconds{42};
  EXPECT_EQ(text_of(sparkline_of(run, 12)), "████        ");
}

waitbench::Run run_that_took(std::string_view model, double seconds) {
  return {.model = find_model(model),
          .workload = published_workload,
          .status = Status::ok,
          .makespan = Seconds{seconds}};
}

TEST(Comparison, HasABarAsLongAsEachModelTook) {
  const std::vector<waitbench::Run> runs{run_that_took("thread_per_task", 14.003),
                                         run_that_took("sequential", 42.009),
                                         run_that_took("async_serial", 42.008)};
  EXPECT_EQ(texts_of(comparison_of(runs, 61)),
            (Texts{"sequential      ██████████████████████ 42.009 s",
                   "async_serial    ██████████████████████ 42.008 s",
                   "thread_per_task ███████ 14.003 s  3.0× sooner"}));
}

TEST(Comparison, SaysLessWhereTheBarsHaveNoRoom) {
  const std::vector<waitbench::Run> runs{run_that_took("thread_per_task", 14.003),
                                         run_that_took("sequential", 42.009)};
  EXPECT_EQ(texts_of(comparison_of(runs, 40)),
            (Texts{"sequential      ████████ 42.009 s", "thread_per_task ███ 14.003 s  3.0×"}));
}

TEST(Lines, AreBrokenAtBlanks) {
  EXPECT_EQ(texts_of(wrapped("one two three", 8)), (Texts{"one two", "three"}));
  EXPECT_EQ(texts_of(wrapped("one two three", 9)), (Texts{"one two", "three"}));
  EXPECT_EQ(texts_of(wrapped("\u00d7\u00d7\u00d7\u00d7", 3)),
            (Texts{"\u00d7\u00d7", "\u00d7\u00d7"}));
  EXPECT_TRUE(wrapped("", 80).empty());
}

TEST(Comparison, IsOfSeveralModelsOnOneWorkload) {
  std::vector<waitbench::Run> runs{run_that_took("sequential", 42),
                                   run_that_took("sequential", 42.1)};
  EXPECT_TRUE(comparison_of(runs, 80).empty());
  runs.push_back(run_that_took("thread_per_task", 14));
  EXPECT_EQ(comparison_of(runs, 80).size(), 2);
  runs.back().workload.tasks = 4;
  EXPECT_TRUE(comparison_of(runs, 80).empty());
  EXPECT_TRUE(comparison_of({}, 80).empty());
}

// --- Colours -------------------------------------------------------------------------------------

TEST(LiveColours, AreSetWhereTheStageChangesAndResetAtTheEnd) {
  EXPECT_EQ(coloured({{"1"}, {" "}, {".", Ink::connect}, {".", Ink::connect}}),
            "1 \x1b[0;38;5;16;48;5;221m..\x1b[0m");
  EXPECT_EQ(coloured({{"x", Ink::ready}, {"#", Ink::compute}, {"|"}}),
            "\x1b[0;38;5;16;48;5;166mx\x1b[0;38;5;231;48;5;25m#\x1b[0m|");
  EXPECT_EQ(coloured({}), "");
}

// The first 16 are another theme's to choose.
TEST(LiveColours, AreThoseThatNoThemeChanges) {
  const std::regex colour{"[34]8;5;([0-9]+)"};
  for (const Ink ink :
       {Ink::ghost, Ink::connect, Ink::response, Ink::ready, Ink::compute, Ink::finished})
    for (const bool is_drawn_in : {false, true}) {
      const std::string text = coloured({{"x", ink, is_drawn_in}});
      for (std::sregex_iterator found{text.begin(), text.end(), colour}, end; found != end; ++found)
        EXPECT_GE(std::stoi((*found)[1]), 16) << text.substr(1);
    }
}

TEST(LiveColours, ChangeNoCharacter) {
  for (const Line& line : picture_of(run_of(one_thread, 22, 22), {80, 24}))
    EXPECT_EQ(std::regex_replace(coloured(line), std::regex{"\x1b\\[[0-9;]*m"}, ""), text_of(line));
}

// --- The axis ------------------------------------------------------------------------------------

TEST(CommonAxis, IsTheLongestPredictionUnlessTheShortestWouldNotBeSeen) {
  std::vector<const Model*> core;
  for (const auto name : core_models) core.push_back(find_model(name));
  std::vector<const Server*> chosen{&servers.front()};
  EXPECT_EQ(common_axis(core, published_workload, chosen), Seconds{42});
  Workload many = published_workload;
  many.tasks = 30;
  EXPECT_EQ(common_axis(core, many, chosen), Seconds{0});
  chosen.push_back(find_server("iterative"));
  EXPECT_EQ(common_axis(std::vector{find_model("thread_per_task")}, published_workload, chosen),
            Seconds{30})
      << "three answers of 8 s, one after the other, and a task's other stages";
}

}  // namespace
}  // namespace waitbench
