// What the judge makes of records: each point of an exercise passes on what was asked for, and
// fails, with a sentence that helps, on what was not.
#include <fmt/format.h>
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
  const Exercise exercise = three_tasks();
  auto late = right_run(exercise);
  for (Event& event : late.events) event.time += 10s;
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

// What is said of a client that was given up, and whose threads did this.
std::string said_of(const std::vector<ThreadAtCut>& at_cut) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {{{1, Step::started, start, 7}},
                               {{2, Step::started, start + 1ms, 9}},
                               {{3, Step::started, start + 2ms, 8}}});
  run = late(run, "client: not done after 9 s");
  run.at_cut = at_cut;
  const std::string seen = found(exercise, run, Aspect::ending).seen;
  constexpr std::string_view before = "not done after 9 s. ";
  return seen.substr(seen.find(before) + before.size());
}

TEST(Ending, TellsThatNoThreadIsLeftToWakeTheOthers) {
  EXPECT_TRUE(said_of({{7, Busy::for_thread}})
                  .starts_with("Its only thread waited for another one, and there was none. "));
  EXPECT_TRUE(said_of({{7, Busy::for_thread}, {8, Busy::for_thread}})
                  .starts_with(
                      "All of its 2 threads waited for one another: none was left to wake them. "));
}

TEST(Ending, TellsWhatEachThreadWasAtByItsNumberInThePicture) {
  EXPECT_TRUE(said_of({{5, Busy::for_thread}, {8, Busy::for_events}, {7, Busy::for_events}})
                  .starts_with("Then a thread that had taken no step waited for another thread (a "
                               "lock, a future, a join), and threads 1 and 3 waited for sockets or "
                               "timers. "));
  EXPECT_TRUE(said_of({{9, Busy::running}, {1, Busy::in_read}, {2, Busy::in_read}})
                  .starts_with("Then thread 2 computed, or asked again and again, and 2 threads "
                               "that had taken no step waited in a call that blocks"));
}

TEST(Ending, SaysNothingOfThreadsThatNobodySaw) {
  EXPECT_TRUE(said_of({}).starts_with("Task 1 had started, and had sent nothing"));
}

TEST(Ending, TellsOfTasksThatNeverStarted) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {});
  run.status = Status::failed;
  const Finding ending = found(exercise, run, Aspect::ending);
  EXPECT_FALSE(ending.passed);
  EXPECT_TRUE(
      ending.seen.starts_with("It ended with status 0. Task 1 had not even started, and 2 "
                              "tasks more had not finished. run() returns as soon as"))
      << ending.seen;
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
  run.doubt = "its records can't be true: task 1 took 0.1 s to connect";
  run.message = "client: " + run.doubt;
  expect_failure(exercise, run, Aspect::ending,
                 "It ended with status 0. The judge can't go by that: its records can't be true: "
                 "task 1 took 0.1 s to connect.");
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

TEST(Trouble, AsksThatTheRecordsOfTheOthersCanBeTrue) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  auto run = run_in_trouble(exercise);
  run.doubt = "its records can't be true: task 1 took 0.1 s to connect";
  expect_failure(
      exercise, run, Aspect::others,
      "The client says so, but its records can't be true: task 1 took 0.1 s to connect.");
}

TEST(Trouble, AsksThatTheFailureBeNoticed) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  expect_failure(exercise, run_in_trouble(exercise), Aspect::failure,
                 "It ended with status 0: nobody heard of the failure of task 2. `detached` drops "
                 "what a coroutine throws.");
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
  const Finding in_flight = found(exercise, run, Aspect::in_flight);
  EXPECT_FALSE(in_flight.passed);
  EXPECT_TRUE(in_flight.seen.starts_with(
      "At most one was: each starts when the one before it has ended. A coroutine starts when it "))
      << in_flight.seen;
  expect_failure(exercise, run, Aspect::time,
                 "It took 3.60 s: what it takes if nothing overlaps, N(c+r+k).");
}

TEST(InFlight, CanBeTooManyForThreadsThatBlock) {
  Exercise exercise = three_tasks();
  exercise.model.facts.under_way = Many::one;
  expect_failure(exercise, right_run(exercise), Aspect::in_flight,
                 "3 were: more had begun than that many threads can serve.");
}

// As io_context{1} leaves it, whose other threads nobody wakes.
TEST(Computing, IsTooFewWhereThreadsWereIdleBesideTasksThatHadTheirAnswer) {
  Exercise exercise = three_tasks();
  exercise.model.facts.computing = Many::all;
  const Finding finding = found(exercise, right_run(exercise), Aspect::computing);
  EXPECT_FALSE(finding.passed);
  EXPECT_FALSE(finding.may_be_the_machine) << "no thread waits for a core for so long";
  EXPECT_TRUE(finding.seen.starts_with(
      "At most one did, while others had their answer and no thread, for 0.40 s on end. "
      "If the loop is an io_context{1}: "))
      << finding.seen;
}

TEST(Computing, MayBeTooFewForLackOfACoreForAWhile) {
  Exercise exercise = three_tasks();
  exercise.model.facts.computing = Many::all;
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1100ms), task(2, 8, 0ms, 200ms, 1100ms, 1300ms),
                 task(3, 9, 0ms, 200ms, 1100ms, 1300ms)});
  const Finding finding = found(exercise, run, Aspect::computing);
  EXPECT_FALSE(finding.passed);
  EXPECT_TRUE(finding.may_be_the_machine);
}

TEST(Computing, MayBeFewWhereTheAnswersCameOneByOne) {
  Exercise exercise = three_tasks();
  exercise.model.facts.computing = Many::all;
  auto run = right_run(exercise);
  run.server_events = {{1, Step::echoed, start + 1s, 9},
                       {2, Step::echoed, start + 1170ms, 9},
                       {3, Step::echoed, start + 1370ms, 9}};
  EXPECT_TRUE(found(exercise, run, Aspect::computing).passed);
}

TEST(Apart, FailsForAThreadThatWaitsAndComputes) {
  Exercise exercise = three_tasks();
  exercise.computes_elsewhere = true;
  auto run = right_run(exercise);
  const Finding finding = found(exercise, run, Aspect::apart);
  EXPECT_FALSE(finding.passed);
  EXPECT_TRUE(finding.seen.starts_with("Thread 1 did: ")) << finding.seen;
  EXPECT_NE(finding.seen.find("post(bind_executor("), std::string::npos) << finding.seen;

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

TEST(Asleep, GivesAwayWhoAsksAgainAndAgain) {
  Exercise exercise = three_tasks();
  exercise.waits_asleep = true;
  auto run = right_run(exercise);
  EXPECT_TRUE(found(exercise, run, Aspect::asleep).passed);
  run.client->system_s = 0.9;
  expect_failure(exercise, run, Aspect::asleep,
                 "The client took 0.91 s of CPU time in 1.61 s: it asks again and again, instead "
                 "of sleeping until something is ready.");
}

TEST(Asleep, GivesAwayWhoAsksOneAfterTheOther) {
  Exercise exercise = three_tasks();
  exercise.waits_asleep = true;
  auto run = right_run(exercise);
  run.client->voluntary_switches = 900;
  expect_failure(exercise, run, Aspect::asleep,
                 "The client went to sleep 900 times, and 70 are plenty: it asks one after the "
                 "other, or again and again, instead of having one call wait for all of them.");
}

TEST(Time, MayBeFivePercentMoreThanPredicted) {
  const Exercise exercise = three_tasks();
  auto run = right_run(exercise);
  run.events.back().time = start + 1679ms;
  EXPECT_TRUE(found(exercise, run, Aspect::time).passed);
  run.events.back().time = start + 1681ms;
  const auto findings = findings_of(exercise, run, Judged::everything);
  EXPECT_TRUE(may_be_the_machine(findings));
  EXPECT_EQ(findings.back().wanted, "It takes c+r+Nk = 1.60 s, or up to 5 % more: 1.68 s.");
}

TEST(Time, IsLikenedToNothingThatItIsNotLike) {
  const Exercise exercise = three_tasks();
  auto run = right_run(exercise);
  run.events.back().time = start + 1900ms;
  expect_failure(exercise, run, Aspect::time, "It took 1.90 s.");
}

TEST(Time, IsNoSuccessWhereItIsTooGood) {
  const Exercise exercise = three_tasks();
  const auto run = run_of(
      exercise, {task(1, 7, 0ms, 200ms, 1000ms, 1200ms), task(2, 8, 0ms, 200ms, 1000ms, 1200ms),
                 task(3, 9, 0ms, 200ms, 1000ms, 1200ms)});
  for (const Judged judged : {Judged::everything, Judged::structure}) {
    const Finding time = findings_of(exercise, run, judged).back();
    EXPECT_EQ(time.aspect, Aspect::time);
    EXPECT_FALSE(time.passed);
    EXPECT_FALSE(time.may_be_the_machine);
    EXPECT_TRUE(time.seen.starts_with("It took 1.20 s: sooner than it can if ")) << time.seen;
  }
}

TEST(Time, OfTheOthersIsWhatCountsWhereOneIsInTrouble) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  const Finding time = found(exercise, failed(run_in_trouble(exercise), 1, told), Aspect::time);
  EXPECT_EQ(time.wanted, "It takes c+r+Nk = 1.40 s, or up to 5 % more: 1.47 s.");
  EXPECT_EQ(time.seen, "It took 1.40 s.");
}

// --- Once more -----------------------------------------------------------------------------------

TEST(TheMachine, IsNotToBlameForWhatHasPassedOrIsOtherwiseWrong) {
  const Exercise exercise = three_tasks();
  EXPECT_FALSE(may_be_the_machine(findings_of(exercise, right_run(exercise), Judged::everything)));
  auto run = right_run(exercise);
  run.events.back().time = start + 5s;
  run.events.back().thread = 8;
  EXPECT_FALSE(may_be_the_machine(findings_of(exercise, run, Judged::everything)));
}

// --- The proof -----------------------------------------------------------------------------------

Run proof_with(const Exercise& exercise, double cpu_s) {
  Run run = right_run(exercise);
  run.workload = proof_of(exercise).workload;
  run.client->user_s = cpu_s;
  return run;
}

TEST(Proof, IsThatComputingTookCpuTime) {
  const Exercise exercise = three_tasks();
  EXPECT_TRUE(finding_of_proof(exercise, proof_with(exercise, 0.6)).passed);
  const Finding finding = finding_of_proof(exercise, proof_with(exercise, 0.5));
  EXPECT_FALSE(finding.passed);
  EXPECT_EQ(finding.seen,
            "It did not: it used 0.50 s of CPU time, and to compute all tasks takes 0.60 s.");
}

TEST(Proof, IsThatNothingFailsWhereThereIsNoTrouble) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  EXPECT_EQ(proof_of(exercise).trouble, Trouble::none);
  const auto run = failed(proof_with(exercise, 0.6), 1, "client_x: task 2: whatever");
  const Finding finding = finding_of_proof(exercise, run);
  EXPECT_FALSE(finding.passed);
  EXPECT_EQ(finding.seen, "It did not: exit status 1: client_x: task 2: whatever.");
}

// --- Absurd records ------------------------------------------------------------------------------

// Whatever is on record, there is a verdict in words.
void expect_refusal(const Exercise& exercise, const Run& run) {
  const auto findings = findings_of(exercise, run, Judged::everything);
  EXPECT_FALSE(has_passed(findings));
  for (const Finding& finding : findings) EXPECT_NE(finding.seen, "");
}

TEST(AbsurdRecords, LeadToAVerdict) {
  for (Exercise exercise : {three_tasks(), with_trouble(Trouble::nobody_answers)}) {
    exercise.waits_asleep = exercise.in_order = exercise.computes_elsewhere = true;
    exercise.give_up_after = 2s;
    const auto whole = right_run(exercise);
    expect_refusal(exercise, run_of(exercise, {}));
    for (const Step step : {Step::started, Step::written, Step::read, Step::finished}) {
      auto torn = whole;
      std::erase_if(torn.events, [&](const Event& event) { return event.step == step; });
      expect_refusal(exercise, torn);
      std::ranges::reverse(torn.events);
      expect_refusal(exercise, torn);
      auto only = whole;
      std::erase_if(only.events, [&](const Event& event) { return event.step != step; });
      expect_refusal(exercise, only);
    }
    auto strange = whole;
    strange.events.push_back({99, Step::read, start, 0});
    strange.events.push_back({-1, Step::finished, start - 1h, -7});
    strange.events.push_back({2, Step::due, start + 1h, 7});
    strange.events.push_back({1, Step::echoed, start, 7});
    strange.doubt = "its records can't be true";
    strange.client.reset();
    strange.client_end.reset();
    expect_refusal(exercise, strange);
  }
}

TEST(AbsurdRecords, TellOfWhatWasComputedBeforeItsAnswer) {
  const Exercise exercise = three_tasks();
  auto run = run_of(exercise, {{{1, Step::finished, start + 200ms, 7}}});
  run.doubt = "its records can't be true: task 1 started a second time";
  const Finding ending = found(exercise, run, Aspect::ending);
  EXPECT_NE(ending.seen.find("Task 1 had computed before it had its answer"), std::string::npos);
  EXPECT_NE(ending.seen.find("co_spawn returns before"), std::string::npos) << ending.seen;
}

// --- A server ------------------------------------------------------------------------------------

// It accepts on one thread, and echoes after 0.8 s.
Run served(const Exercise& exercise, std::initializer_list<Duration> accepted) {
  auto run = right_run(exercise);
  run.server_events.clear();
  for (const Duration time : accepted) {
    const auto id = static_cast<int>(run.server_events.size() / 2) + 1;
    run.server_events.push_back({id, Step::accepted, start + time, 9});
    run.server_events.push_back({id, Step::echoed, start + time + 800ms, 9});
  }
  return run;
}

Exercise server_exercise() {
  Exercise exercise = three_tasks();
  exercise.is_server = true;
  return exercise;
}

TEST(Server, PassesWhereAllConnectionsWaitAtOnceOnOneThread) {
  const Exercise exercise = server_exercise();
  const auto findings =
      findings_of(exercise, served(exercise, {200ms, 200ms, 200ms}), Judged::everything);
  EXPECT_TRUE(has_passed(findings));
  EXPECT_EQ(aspects_of(findings),
            (std::vector{Aspect::ending, Aspect::serving, Aspect::waiting, Aspect::time}));
}

TEST(Server, IsToldWhereEachConnectionWaitsForTheOneBefore) {
  const Exercise exercise = server_exercise();
  expect_failure(exercise, served(exercise, {200ms, 1s, 1800ms}), Aspect::waiting,
                 "At most one did: each is accepted when the one before it has been served.");
}

TEST(Server, MayHaveNoSecondThread) {
  const Exercise exercise = server_exercise();
  auto run = served(exercise, {200ms, 200ms, 200ms});
  run.server_events.back().thread = 10;
  expect_failure(exercise, run, Aspect::serving, "2 did.");
}

// --- Patience ------------------------------------------------------------------------------------

TEST(Patience, IsAsLongAsWasAskedFor) {
  Exercise exercise = with_trouble(Trouble::nobody_answers);
  exercise.give_up_after = 2s;
  auto run = failed(run_in_trouble(exercise), 1, told);
  run.client_end->time = start + 2010ms;
  EXPECT_TRUE(found(exercise, run, Aspect::patience).passed);
  run.client_end->time = start + 1450ms;
  expect_failure(exercise, run, Aspect::patience,
                 "The client ended 1.45 s after that task had started: it gave up early.");
  run.client_end->time = start + 5s;
  const Finding late = found(exercise, run, Aspect::patience);
  EXPECT_FALSE(late.passed);
  EXPECT_TRUE(late.may_be_the_machine);
}

TEST(Trouble, AsksThatTheTaskWasTried) {
  const Exercise exercise = with_trouble(Trouble::nobody_listens);
  auto run = failed(run_in_trouble(exercise), 1, told);
  std::erase_if(run.events, [](const Event& event) { return event.task == 2; });
  expect_failure(exercise, run, Aspect::failure,
                 fmt::format("It said: {}, but task 2 had not even started.", told));
}

}  // namespace
}  // namespace waitbench
