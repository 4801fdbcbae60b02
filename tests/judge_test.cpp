// What the judge makes of records: each point of an exercise passes on what was asked for, and
// fails, with a sentence that helps, on what was not.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "exercises/judge/verdict.hpp"
#include "tests/judge_runs.hpp"

namespace waitbench {
namespace {

Exercise with_trouble(Trouble trouble) {
  Exercise exercise = three_tasks();
  exercise.trouble = trouble;
  return exercise;
}

// Task 2 has started and fails; the others finish.
Run run_in_trouble(const Exercise& exercise) {
  return run_of(exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms),
                           {{2, Step::started, start, 7}},
                           task(3, 7, 0ms, 200ms, 1200ms, 1400ms)});
}

constexpr auto told = "client_x: task 2: Connection refused (3 of 3 tasks)";

// What was found of one aspect; fails the test where nothing was.
Finding found(const Exercise& exercise, const Run& run, Aspect aspect) {
  const auto findings = findings_of(exercise, run, Judged::everything);
  const auto finding = std::ranges::find(findings, aspect, &Finding::aspect);
  if (finding != findings.end()) return *finding;
  ADD_FAILURE() << "nothing was found of that aspect";
  return {};
}

void expect_failure(const Exercise& exercise, const Run& run, Aspect aspect,
                    const std::string& seen) {
  const Finding finding = found(exercise, run, aspect);
  EXPECT_FALSE(finding.passed);
  EXPECT_EQ(finding.seen, seen);
  EXPECT_FALSE(has_passed(findings_of(exercise, run, Judged::everything)));
}

std::vector<Aspect> aspects_of(const std::vector<Finding>& findings) {
  std::vector<Aspect> aspects;
  for (const Finding& finding : findings) aspects.push_back(finding.aspect);
  return aspects;
}

TEST(Findings, PassWhereTheRecordsShowWhatIsAskedFor) {
  const auto findings = findings_of(three_tasks(), right_run(three_tasks()), Judged::everything);
  EXPECT_TRUE(has_passed(findings));
  EXPECT_EQ(aspects_of(findings), (std::vector{Aspect::ending, Aspect::threads, Aspect::in_flight,
                                               Aspect::computing, Aspect::time}));
}

TEST(Findings, PassWhereTheOthersFinishAndTheFailureIsTold) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  const auto findings =
      findings_of(exercise, failed(run_in_trouble(exercise), 1, told), Judged::everything);
  EXPECT_TRUE(has_passed(findings));
  EXPECT_EQ(aspects_of(findings),
            (std::vector{Aspect::others, Aspect::failure, Aspect::threads, Aspect::in_flight,
                         Aspect::computing, Aspect::time}));
}

TEST(Findings, LeaveTimesOutWhereStructureAloneIsJudged) {
  Exercise exercise = three_tasks();
  exercise.waits_asleep = true;
  auto late = right_run(exercise);
  for (Event& event : late.events) event.time += 10s;
  late.client->user_s = 10;
  const auto findings = findings_of(exercise, late, Judged::structure);
  EXPECT_TRUE(has_passed(findings));
  EXPECT_EQ(aspects_of(findings),
            (std::vector{Aspect::ending, Aspect::threads, Aspect::in_flight, Aspect::computing}));
}

// --- The ending ----------------------------------------------------------------------------------

TEST(Ending, TellsWhereTheTasksWereWhenItWasGivenUp) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms),
                               {{2, Step::started, start, 7}, {2, Step::written, start + 1s, 7}}});
  run = late(run, "client: not done after 9.8 s");
  expect_failure(
      exercise, run, Aspect::ending,
      "It had not ended when the judge's patience was over: not done after 9.8 s. Task 2 "
      "had sent its question, and had read no answer, and one task more had not "
      "finished.");
}

TEST(Ending, TellsOfTasksThatNeverStarted) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {});
  run.status = Status::failed;
  run.message = "task 1 has not the records started, written, read, finished in this order";
  expect_failure(exercise, run, Aspect::ending,
                 "It ended with status 0. Task 1 had not even started, and 2 tasks more had not "
                 "finished.");
}

TEST(Ending, QuotesAClientThatFailed) {
  const Exercise exercise = three_tasks();
  const auto run = failed(right_run(exercise), 1, "client_x: task 3: no luck");
  expect_failure(exercise, run, Aspect::ending,
                 "It did not: exit status 1: client_x: task 3: no luck.");
}

TEST(Ending, SaysWhatKillsAProgramThatIsAborted) {
  const Exercise exercise = three_tasks();
  const auto run =
      killed(run_of(exercise, {}), SIGABRT, "client: killed by signal 6 (Aborted): terminate");
  const Finding ending = found(exercise, run, Aspect::ending);
  EXPECT_FALSE(ending.passed);
  EXPECT_NE(ending.seen.find("leaves a thread's function"), std::string::npos) << ending.seen;
}

TEST(Ending, SaysWhatIsWrongWithRecordsThatAreAllThere) {
  const Exercise exercise = three_tasks();
  auto run = right_run(exercise);
  run.status = Status::failed;
  run.message = "task 1 has not the records in order";
  expect_failure(exercise, run, Aspect::ending,
                 "It ended with status 0. But task 1 has not the records in order.");
}

TEST(Ending, IsAllThatIsJudgedWhereTasksDidNotFinish) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms)});
  run.status = Status::failed;
  EXPECT_EQ(aspects_of(findings_of(exercise, run, Judged::everything)),
            (std::vector{Aspect::ending}));
}

// --- Trouble -------------------------------------------------------------------------------------

TEST(Trouble, AsksThatTheOthersFinish) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  const auto run = failed(
      run_of(exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), {{3, Step::started, start, 7}}}), 1,
      told);
  expect_failure(exercise, run, Aspect::others, "Task 3 had started, and had sent nothing.");
}

TEST(Trouble, AsksThatTheFailureBeNoticed) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  expect_failure(exercise, run_in_trouble(exercise), Aspect::failure,
                 "It ended with status 0: nobody heard of the failure of task 2.");
}

TEST(Trouble, AsksThatTheTaskBeNamed) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  for (const std::string words : {"no luck", "task 21: no luck", "task 3: no luck"})
    expect_failure(exercise, failed(run_in_trouble(exercise), 1, "client_x: " + words),
                   Aspect::failure,
                   "It said: client_x: " + words + ", which does not name task 2.");
}

TEST(Trouble, AsksForStatus1) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  expect_failure(exercise, failed(run_in_trouble(exercise), 3, "client_x: task 2: no"),
                 Aspect::failure, "It did not: exit status 3: client_x: task 2: no.");
}

TEST(Trouble, AsksThatTheClientEnd) {
  const Exercise exercise = with_trouble(Trouble::nobody_answers);
  expect_failure(exercise, late(run_in_trouble(exercise), "client: not done after 9 s"),
                 Aspect::failure,
                 "It had not ended when the judge's patience was over: not done after 9 s.");
}

// --- Structure -----------------------------------------------------------------------------------

TEST(Threads, AreCounted) {
  const Exercise exercise = three_tasks();
  const auto run = run_of(
      exercise, {task(1, 6, 0ms, 200ms, 1000ms, 1200ms), task(2, 7, 0ms, 200ms, 1000ms, 1200ms),
                 task(3, 8, 0ms, 200ms, 1000ms, 1200ms)});
  expect_failure(exercise, run, Aspect::threads, "3 did, one for each task.");
  expect_failure(exercise, run, Aspect::computing, "3 did: more threads compute than should.");
}

TEST(InFlight, IsOneWhereEachTaskWaitsForTheOneBefore) {
  const Exercise exercise = three_tasks();
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 7, 1200ms, 1400ms, 2200ms, 2400ms),
                 task(3, 7, 2400ms, 2600ms, 3400ms, 3600ms)});
  expect_failure(exercise, run, Aspect::in_flight,
                 "At most one was: each starts when the one before it has ended.");
  expect_failure(exercise, run, Aspect::time,
                 "It took 3.60 s: what it takes if nothing overlaps, N(c+r+k).");
}

TEST(InFlight, CanBeTooManyForThreadsThatBlock) {
  Exercise exercise = three_tasks();
  exercise.model.facts.under_way = Many::one;
  expect_failure(exercise, right_run(exercise), Aspect::in_flight,
                 "3 were: more had begun than that many threads can serve.");
}

TEST(Computing, IsTooFewOnlyWhereTheAnswersCameTogether) {
  Exercise exercise = three_tasks();
  exercise.model.facts.computing = Many::all;
  auto run = right_run(exercise);
  expect_failure(exercise, run, Aspect::computing,
                 "At most one did, while others had their answer and no thread.");
  run.server_events.back().time += 1s;
  EXPECT_TRUE(found(exercise, run, Aspect::computing).passed);
}

TEST(Apart, FailsForAThreadThatWaitsAndComputes) {
  Exercise exercise = three_tasks();
  exercise.computes_elsewhere = true;
  auto run = right_run(exercise);
  const Finding finding = found(exercise, run, Aspect::apart);
  EXPECT_FALSE(finding.passed);
  EXPECT_TRUE(finding.seen.starts_with("Thread 7 did: ")) << finding.seen;

  for (Event& event : run.events)
    if (event.step == Step::finished) event.thread = 8;
  EXPECT_TRUE(found(exercise, run, Aspect::apart).passed);
}

TEST(Order, NamesWhoOvertook) {
  Exercise exercise = three_tasks();
  exercise.in_order = true;
  EXPECT_TRUE(found(exercise, right_run(exercise), Aspect::order).passed);
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 7, 0ms, 200ms, 1400ms, 1600ms),
                 task(3, 7, 0ms, 200ms, 1200ms, 1400ms)});
  expect_failure(exercise, run, Aspect::order, "Task 3 finished before task 2.");
}

// --- Times ---------------------------------------------------------------------------------------

TEST(CpuTime, GivesAwayWhoAsksAgainAndAgain) {
  Exercise exercise = three_tasks();
  exercise.waits_asleep = true;
  auto run = right_run(exercise);
  EXPECT_TRUE(found(exercise, run, Aspect::cpu_time).passed);
  run.client->system_s = 0.9;
  expect_failure(exercise, run, Aspect::cpu_time,
                 "The client took 0.91 s of it in 1.61 s: it asks again and again, instead of "
                 "sleeping until something is ready.");
}

TEST(Time, MayBeFivePercentMoreThanPredicted) {
  const Exercise exercise = three_tasks();
  auto run = right_run(exercise);
  run.events.back().time = start + 1679ms;
  EXPECT_TRUE(found(exercise, run, Aspect::time).passed);
  run.events.back().time = start + 1681ms;
  const auto findings = findings_of(exercise, run, Judged::everything);
  EXPECT_TRUE(is_only_late(findings));
  EXPECT_EQ(findings.back().wanted, "It takes c+r+Nk = 1.60 s, or up to 5 % more: 1.68 s.");
}

TEST(Time, IsLikenedToNothingThatItIsNotLike) {
  const Exercise exercise = three_tasks();
  auto run = right_run(exercise);
  run.events.back().time = start + 1900ms;
  expect_failure(exercise, run, Aspect::time, "It took 1.90 s.");
}

TEST(Time, PointsToTheRestWhereItIsTooGood) {
  const Exercise exercise = three_tasks();
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 8, 0ms, 200ms, 1000ms, 1200ms),
                 task(3, 9, 0ms, 200ms, 1000ms, 1200ms)});
  const Finding time = found(exercise, run, Aspect::time);
  EXPECT_TRUE(time.passed);
  EXPECT_EQ(time.seen, "It took 1.20 s: sooner than it can if all else is as asked for.");
}

TEST(Time, OfTheOthersIsWhatCountsWhereOneIsInTrouble) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  const Finding time = found(exercise, failed(run_in_trouble(exercise), 1, told), Aspect::time);
  EXPECT_EQ(time.wanted, "It takes c+r+Nk = 1.40 s, or up to 5 % more: 1.47 s.");
  EXPECT_EQ(time.seen, "It took 1.40 s.");
}

TEST(OnlyLate, IsNothingThatHasPassedAndNothingThatIsOtherwiseWrong) {
  const Exercise exercise = three_tasks();
  EXPECT_FALSE(is_only_late(findings_of(exercise, right_run(exercise), Judged::everything)));
  auto run = right_run(exercise);
  run.events.back().time = start + 5s;
  run.events.back().thread = 8;
  EXPECT_FALSE(is_only_late(findings_of(exercise, run, Judged::everything)));
}

}  // namespace
}  // namespace waitbench
