// Each pitfall's symptom shows and each cure holds, by what was in which order, how often and on
// which thread; and the program that runs them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pitfalls/runner/runner.hpp"
#include "pitfalls/runner/story.hpp"
#include "pitfalls/runner/watchdog.hpp"
#include "pitfalls/table.hpp"
#include "tests/pseudo_terminal.hpp"
#include "tests/support.hpp"

namespace waitbench::pitfalls {

// Found by its argument: the name of a test must not be an address.
inline void PrintTo(const Pitfall* pitfall, std::ostream* out) {
  *out << pitfall->name;
}

namespace {

using Json = nlohmann::ordered_json;

// --- Every pitfall -------------------------------------------------------------------------------

std::string name_of_pitfall(const testing::TestParamInfo<const Pitfall*>& test) {
  return std::string{test.param->name};
}

std::vector<std::string> names_of(const std::vector<Measure>& measures) {
  std::vector<std::string> names;
  for (const Measure& measure : measures) names.push_back(measure.name);
  return names;
}

class EveryPitfall : public testing::TestWithParam<const Pitfall*> {};

TEST_P(EveryPitfall, ShowsItsSymptomAndIsCured) {
  const PitfallRun run = pitfalls::run(*GetParam());
  EXPECT_EQ(verdict_of(run), "") << story_of(run);
  EXPECT_EQ(names_of(run.broken->outcome.measures), names_of(run.fixed->outcome.measures));
  EXPECT_FALSE(run.broken->stretches.empty());
  EXPECT_FALSE(run.fixed->stretches.empty());
  EXPECT_EQ(halts_in(run.fixed->stretches), std::vector<Halt>{});
  for (const Stretch& stretch : run.fixed->stretches)
    EXPECT_TRUE(stretch.to) << stretch.what << " never ended";
  for (const std::string& line : lines_of(story_of(run))) EXPECT_LE(line.size(), 80) << line;
}

TEST_P(EveryPitfall, IsAFileOfAScreen) {
  const std::string name{GetParam()->name};
  const auto lines = lines_of(content_of(SOURCE_DIR "/pitfalls/" + name + ".cpp"));
  EXPECT_TRUE(lines.at(0).starts_with("// ")) << name;
  EXPECT_LE(lines.size(), 120) << name;
}

INSTANTIATE_TEST_SUITE_P(Of, EveryPitfall, testing::ValuesIn(all_pitfalls), name_of_pitfall);

TEST(TableOfPitfalls, HasARowForEachFile) {
  Names files;
  for (const std::string& name : names_in(SOURCE_DIR "/pitfalls"))
    if (name.ends_with(".cpp")) files.insert(name.substr(0, name.size() - 4));
  Names expected{"pieces", "table"};
  for (const Pitfall* pitfall : all_pitfalls) expected.emplace(pitfall->name);
  EXPECT_EQ(files, expected);
}

// --- What each shows, beyond its verdict ---------------------------------------------------------

std::set<int> threads_of(const Told& told, std::string_view what) {
  std::set<int> threads;
  for (const Stretch& stretch : told.stretches)
    if (stretch.what == what) threads.insert(stretch.thread);
  return threads;
}

int count(const Told& told, const std::string& what) {
  return static_cast<int>(std::ranges::count(told.stretches, what, &Stretch::what));
}

double measured(const Told& told, std::string_view name) {
  const auto& measures = told.outcome.measures;
  const auto found = std::ranges::find(measures, name, &Measure::name);
  if (found == measures.end()) throw std::runtime_error("not measured: " + std::string{name});
  return found->value;
}

TEST(BlockedLoop, ComputesOnTheThreadOfTheHeartbeatsAndThenNoMore) {
  const PitfallRun run = pitfalls::run(blocked_loop);
  EXPECT_EQ(threads_of(*run.broken, "computing"), threads_of(*run.broken, "heartbeat"));
  EXPECT_NE(threads_of(*run.fixed, "computing"), threads_of(*run.fixed, "heartbeat"));
  EXPECT_GE(measured(*run.broken, "longest_silence"), 300);
  EXPECT_GE(measured(*run.broken, "timeout_late"), 250);
}

TEST(BlockedLoop, IsFoundOutByTheStallDetectorAndThenNoMore) {
  const PitfallRun run = pitfalls::run(blocked_loop);
  const int culprit = *threads_of(*run.broken, "computing").begin();
  EXPECT_EQ(count(*run.broken, "stall: compute on " + std::to_string(culprit)), 1);
  for (const Stretch& stretch : run.fixed->stretches)
    EXPECT_FALSE(stretch.what.starts_with("stall")) << stretch.what;
}

TEST(PostThatStays, ComputesOnTheLoopUntilTheTokenIsBound) {
  const PitfallRun run = pitfalls::run(post_that_stays);
  EXPECT_EQ(threads_of(*run.broken, "computing"), threads_of(*run.broken, "heartbeat"));
  EXPECT_NE(threads_of(*run.fixed, "computing"), threads_of(*run.fixed, "heartbeat"));
}

TEST(WorksWithTwoThreads, HaltsOneThreadAloneAndTwoThatWaitForEachOther) {
  const Told broken = *pitfalls::run(works_with_two_threads, Side::broken).broken;
  const auto halts = halts_in(broken.stretches);
  ASSERT_EQ(halts.size(), 3);
  EXPECT_EQ(halts[0].served_by, std::vector{halts[0].thread});
  const auto two = std::minmax(halts[1].thread, halts[2].thread);
  EXPECT_EQ(halts[1].served_by, (std::vector{two.first, two.second}));
  EXPECT_EQ(halts[2].served_by, halts[1].served_by);
  for (const Halt& halt : halts) EXPECT_EQ(halt.holds, "the loop");
  EXPECT_NE(halts[0].process, halts[1].process);
}

TEST(NestedRun, FetchesInsideRunAndHaltsAllTheSame) {
  const PitfallRun run = pitfalls::run(nested_run);
  EXPECT_EQ(measured(*run.broken, "handlers_halted"), 2);
  EXPECT_EQ(measured(*run.broken, "replies"), 1);
  const auto halts = halts_in(run.broken->stretches);
  ASSERT_EQ(halts.size(), 2);
  EXPECT_EQ(halts[0].awaits, "fetched");
  EXPECT_EQ(halts[1].awaits, "run out of work, this handler included");
  EXPECT_EQ(measured(*run.fixed, "replies"), 2);
}

TEST(LockAcrossAwait, HaltsTheLoopUntilTheLockIsAwaited) {
  const PitfallRun run = pitfalls::run(lock_across_await);
  ASSERT_EQ(halts_in(run.broken->stretches).size(), 1);
  EXPECT_EQ(halts_in(run.broken->stretches)[0].awaits, "unlocked");
  EXPECT_EQ(measured(*run.broken, "tasks_halted"), 3);
  EXPECT_EQ(measured(*run.fixed, "tasks_halted"), 0);
  EXPECT_EQ(measured(*run.fixed, "updates_at_once"), 1);
}

TEST(SecondRuntime, ConnectsForEachCallAndThenOnceForAll) {
  const PitfallRun run = pitfalls::run(second_runtime);
  EXPECT_EQ(measured(*run.broken, "runtimes"), 11);
  EXPECT_EQ(measured(*run.broken, "connections"), 10);
  EXPECT_GT(measured(*run.broken, "heartbeats_missed"), 10);
  EXPECT_EQ(measured(*run.fixed, "runtimes"), 1);
  EXPECT_EQ(measured(*run.fixed, "connections"), 1);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(measured(told, "answers"), 10);
}

TEST(JumpingBack, TakesThePoolAwayFromTheJobsUntilThereIsABridge) {
  const PitfallRun run = pitfalls::run(jumping_back);
  EXPECT_EQ(measured(*run.broken, "jobs_meanwhile"), 0);
  EXPECT_EQ(threads_of(*run.broken, "parsing").size(), 2);
  for (const int thread : threads_of(*run.fixed, "parsing"))
    EXPECT_FALSE(threads_of(*run.fixed, "computing").contains(thread));
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(count(told, "read"), 6);
}

TEST(LazyCoroutine, RunsNothingOfWhatIsOnlyCalled) {
  const PitfallRun run = pitfalls::run(lazy_coroutine);
  EXPECT_EQ(measured(*run.broken, "called"), 500);
  EXPECT_EQ(measured(*run.broken, "begun"), 0);
  EXPECT_EQ(measured(*run.fixed, "begun"), 500);
  EXPECT_EQ(measured(*run.fixed, "ended"), 500);
}

TEST(DroppedRuntime, EndsTheDeliveryWithoutTheCodeAfterIt) {
  const PitfallRun run = pitfalls::run(dropped_runtime);
  EXPECT_EQ(threads_of(*run.broken, "delivered").size(), 0);
  EXPECT_EQ(threads_of(*run.fixed, "delivered").size(), 1);
  EXPECT_EQ(count(*run.fixed, "chunk"), 10);
}

TEST(DroppedRuntime, RunsDestructorsOnTheThreadThatLeaves) {
  const PitfallRun run = pitfalls::run(dropped_runtime);
  EXPECT_EQ(count(*run.broken, "file closed"), 1);
  EXPECT_NE(threads_of(*run.broken, "file closed"), threads_of(*run.broken, "chunk"));
  EXPECT_EQ(threads_of(*run.fixed, "file closed"), threads_of(*run.fixed, "chunk"));
}

TEST(RunReturnedEarly, RunsTheJobsOfTheFirstRoundAndThenAll) {
  const PitfallRun run = pitfalls::run(run_returned_early);
  EXPECT_EQ(measured(*run.broken, "jobs_done"), 4);
  EXPECT_EQ(measured(*run.broken, "jobs_never_run"), 8);
  EXPECT_EQ(measured(*run.fixed, "jobs_done"), 12);
}

TEST(LostException, EndsTheProgramWithSuccessUntilSomebodyLooks) {
  const PitfallRun run = pitfalls::run(lost_exception);
  EXPECT_EQ(measured(*run.broken, "failures"), 1);
  EXPECT_EQ(measured(*run.broken, "exit_status"), 0);
  EXPECT_EQ(measured(*run.fixed, "exit_status"), 1);
  EXPECT_NE(run.fixed->outcome.happened.find("task 2: no space left"), std::string::npos);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(measured(told, "others_stored"), 2);
}

TEST(SerialAwait, HasOneReadUnderWayAndThenAll) {
  const PitfallRun run = pitfalls::run(serial_await);
  EXPECT_EQ(measured(*run.broken, "reads_at_once"), 1);
  EXPECT_EQ(measured(*run.fixed, "reads_at_once"), 4);
}

TEST(NoTimeout, LeavesTasksConnectingWritingAndReadingUntilATimerEndsThem) {
  const PitfallRun run = pitfalls::run(no_timeout);
  for (const Told& told : {*run.broken, *run.fixed}) {
    EXPECT_EQ(count(told, "connecting"), 3);
    EXPECT_EQ(count(told, "writing"), 2);
    EXPECT_EQ(count(told, "reading"), 1);
  }
  EXPECT_EQ(measured(*run.broken, "tasks_held"), 3);
  EXPECT_EQ(measured(*run.broken, "sockets_open"), 3);
  EXPECT_EQ(measured(*run.fixed, "tasks_held"), 0);
  EXPECT_EQ(measured(*run.fixed, "sockets_open"), 0);
}

TEST(CancelStopsShort, LetsAFetchRunToItsEndUntilTheSessionAwaitsIt) {
  const PitfallRun run = pitfalls::run(cancel_stops_short);
  EXPECT_EQ(measured(*run.broken, "fetches_not_cancelled"), 1);
  EXPECT_EQ(measured(*run.fixed, "fetches_not_cancelled"), 0);
  for (const Told& told : {*run.broken, *run.fixed}) {
    EXPECT_EQ(count(told, "fetching"), 1);
    EXPECT_EQ(count(told, "session ended"), 1);
  }
}

TEST(MovedTimer, EndsTheWatchAtTheFirstMessageUntilItWaitsAgain) {
  const PitfallRun run = pitfalls::run(moved_timer);
  EXPECT_EQ(measured(*run.broken, "watchdog_fired"), 0);
  EXPECT_EQ(measured(*run.broken, "sessions_held"), 1);
  EXPECT_EQ(measured(*run.fixed, "watchdog_fired"), 1);
  EXPECT_EQ(measured(*run.fixed, "sessions_held"), 0);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_GE(count(told, "message"), 1);
}

TEST(AcceptLoopEnds, WhereNoDescriptorIsLeftAndThenWaitsForOne) {
  const PitfallRun run = pitfalls::run(accept_loop_ends);
  EXPECT_EQ(measured(*run.broken, "accepts_without_descriptor"), 1);
  EXPECT_EQ(count(*run.broken, "session"), 2);
  EXPECT_GE(measured(*run.fixed, "accepts_without_descriptor"), 1);
  EXPECT_EQ(measured(*run.fixed, "clients_served"), 6);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(count(told, "client"), 6);
}

TEST(RuntimeCoupling, WorksWithOneContextAndThenWithAll) {
  const PitfallRun run = pitfalls::run(runtime_coupling);
  EXPECT_EQ(measured(*run.broken, "contexts"), 1);
  EXPECT_EQ(measured(*run.broken, "refused"), 2);
  EXPECT_EQ(measured(*run.fixed, "contexts"), 3);
}

TEST(BlockingActor, AnswersAfterTheFetchAndThenMeanwhileOnTheSameThread) {
  const PitfallRun run = pitfalls::run(blocking_actor);
  EXPECT_EQ(measured(*run.broken, "answered_meanwhile"), 0);
  EXPECT_GT(measured(*run.fixed, "answered_meanwhile"), 0);
  for (const Told& told : {*run.broken, *run.fixed}) {
    EXPECT_EQ(count(told, "answer"), 5);
    EXPECT_EQ(measured(told, "objects_whole"), 2);
  }
  for (const char* chunk : {"chunk of one", "chunk of the other"})
    EXPECT_EQ(threads_of(*run.fixed, chunk), threads_of(*run.fixed, "answer"));
}

TEST(BusyWait, AsksInVainUntilItBlocks) {
  const PitfallRun run = pitfalls::run(busy_wait);
  EXPECT_GT(measured(*run.broken, "asked_in_vain"), 100);
  EXPECT_EQ(measured(*run.fixed, "asked_in_vain"), 0);
  EXPECT_EQ(count(*run.fixed, "message"), 4);
}

TEST(BlockingFiles, ReadOnTheThreadOfTheHeartbeatsAndThenElsewhere) {
  const PitfallRun run = pitfalls::run(blocking_files);
  EXPECT_EQ(threads_of(*run.broken, "reading"), threads_of(*run.broken, "heartbeat"));
  EXPECT_NE(threads_of(*run.fixed, "reading"), threads_of(*run.fixed, "heartbeat"));
  const std::string& happened = run.fixed->outcome.happened;
  EXPECT_TRUE(std::regex_search(
      happened, std::regex{"; on io_uring, without another thread: ([1-9][0-9]* heartbeats "
                           "came|not built here|file_on_io_uring: no io_uring)"}))
      << happened;
  for (const Told& told : {*run.broken, *run.fixed}) {
    EXPECT_EQ(measured(told, "poll_said_ready"), 1);
    EXPECT_EQ(measured(told, "epoll_refused"), 1);
    EXPECT_GE(measured(told, "read_took"), 0);
  }
}

TEST(SharedState, LosesUpdatesUntilOnlyOneIsMadeAtATime) {
  const PitfallRun run = pitfalls::run(shared_state);
  EXPECT_EQ(count(*run.broken, "updating"), 100);
  EXPECT_EQ(measured(*run.broken, "updates_at_once"), 2);
  EXPECT_EQ(measured(*run.fixed, "updates_at_once"), 1);
  EXPECT_EQ(measured(*run.fixed, "updates_lost"), 0);
}

TEST(StateAcrossAwait, PaysTwiceUntilNothingComesBetween) {
  const PitfallRun run = pitfalls::run(state_across_await);
  EXPECT_EQ(measured(*run.broken, "paid"), 2);
  EXPECT_EQ(measured(*run.fixed, "paid"), 1);
  EXPECT_EQ(measured(*run.fixed, "refused"), 1);
}

TEST(DanglingCapture, IsGoneBeforeItsCoroutineBeginsUntilItIsAParameter) {
  const PitfallRun run = pitfalls::run(dangling_capture);
  EXPECT_EQ(measured(*run.broken, "users_gone"), 3);
  EXPECT_EQ(measured(*run.fixed, "users_gone"), 0);
  const bool can_ask = std::filesystem::exists(BIN_DIR "/dangling");
  EXPECT_TRUE(run.broken->outcome.happened.ends_with(
      can_ask ? "stack-use-after-scope in dangling.cpp:25" : "its program is not built here"))
      << run.broken->outcome.happened;
  EXPECT_TRUE(run.fixed->outcome.happened.ends_with(
      can_ask ? "the address sanitizer reports nothing" : "its program is not built here"))
      << run.fixed->outcome.happened;
  for (const char* greeting : {"greeted user 1", "greeted user 2", "greeted user 3"})
    EXPECT_EQ(count(*run.fixed, greeting), 1);
}

TEST(TwoWritesAtOnce, MixMessagesUntilOneTaskWritesThem) {
  const PitfallRun run = pitfalls::run(two_writes_at_once);
  EXPECT_EQ(measured(*run.broken, "writes_at_once"), 2);
  EXPECT_EQ(measured(*run.fixed, "writes_at_once"), 1);
  EXPECT_LT(count(*run.broken, "whole message"), 6);
  EXPECT_EQ(count(*run.broken, "whole message") + count(*run.broken, "mixed message"), 6);
  EXPECT_EQ(count(*run.fixed, "whole message"), 6);
}

TEST(ReadSomeIsNoMessage, TakesPartsForMessagesUntilItReadsUpToTheEndOfOne) {
  const PitfallRun run = pitfalls::run(read_some_is_no_message);
  EXPECT_LT(measured(*run.broken, "messages_right"), 5);
  EXPECT_EQ(count(*run.broken, "40;"), 0);
  EXPECT_EQ(measured(*run.fixed, "messages_right"), 5);
  EXPECT_EQ(count(*run.fixed, "40;"), 1);
}

TEST(Oversubscription, BeginsMoreJobsThanThereAreCoresAndThenAsMany) {
  const PitfallRun run = pitfalls::run(oversubscription);
  const int jobs = count(*run.broken, "job");
  EXPECT_GT(measured(*run.broken, "jobs_begun_at_once") * 8, jobs);
  EXPECT_EQ(count(*run.fixed, "result"), jobs);
  EXPECT_LE(measured(*run.fixed, "jobs_begun_at_once") * 8, jobs);
  EXPECT_EQ(measured(*run.fixed, "changes_of_job"), jobs);  // each once
}

TEST(UnboundedSpawn, HasAllJobsUnderWayAtOnceAndThenAsManyAsTheLimit) {
  const PitfallRun run = pitfalls::run(unbounded_spawn);
  EXPECT_EQ(measured(*run.broken, "under_way_at_once"), 500);
  EXPECT_LE(measured(*run.fixed, "under_way_at_once"), 10);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(count(told, "job"), 500);
}

TEST(ColourEverywhere, NeedsALoopForEachCaseAndThenForNone) {
  const PitfallRun run = pitfalls::run(colour_everywhere);
  EXPECT_GT(measured(*run.broken, "handlers_run"), 0);
  EXPECT_EQ(measured(*run.fixed, "handlers_run"), 0);
  for (const Told& told : {*run.broken, *run.fixed}) EXPECT_EQ(measured(told, "cases_passed"), 4);
}

TEST(CoordinatedOmission, LeavesOutWhatWasDueDuringTheStandstillUntilThatCounts) {
  const PitfallRun run = pitfalls::run(coordinated_omission);
  EXPECT_GT(measured(*run.broken, "slow_requests_left_out"), 0);
  EXPECT_EQ(measured(*run.fixed, "slow_requests_left_out"), 0);
  EXPECT_GE(measured(*run.fixed, "p90"), 50);  // of 60 requests, 20 were due in the first 100 ms
  for (const Told& told : {*run.broken, *run.fixed}) {
    EXPECT_EQ(count(told, "request"), 60);
    EXPECT_GE(measured(told, "worst"), 150);
  }
}

// --- The program ---------------------------------------------------------------------------------

TEST(PitfallsProgram, ListsEveryPitfallWithoutRunningIt) {
  const Ended ended = run_to_end({program("pitfalls"), "--list"});
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.errors, "");
  for (const Pitfall* pitfall : all_pitfalls)
    EXPECT_NE(ended.output.find(std::string{pitfall->name} + ": "), std::string::npos);
  for (const std::string& line : lines_of(ended.output)) EXPECT_LE(line.size(), 80) << line;
}

TEST(PitfallsProgram, RunsWhatIsNamedOnceInThatOrder) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "pitfalls.json";
  const Ended ended = run_to_end(
      {program("pitfalls"), "serial_await", "lazy_coroutine", "serial_await", "--json", file});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_LT(ended.output.find("serial_await: "), ended.output.find("lazy_coroutine: "));
  EXPECT_EQ(names_in(directory.path()), Names{"pitfalls.json"});

  const Json json = Json::parse(content_of(file));
  EXPECT_EQ(json["schema"], 1);
  ASSERT_EQ(json["pitfalls"].size(), 2);
  const Json& serial = json["pitfalls"][0];
  EXPECT_EQ(serial["name"], "serial_await");
  EXPECT_EQ(serial["as_told"], true);
  EXPECT_EQ(serial["broken"]["ending"], "finished");
  EXPECT_EQ(serial["broken"]["measures"][0]["name"], "reads_at_once");
  EXPECT_EQ(serial["broken"]["measures"][0]["value"], 1);
  for (const Json& stretch : serial["fixed"]["time_line"]) {
    EXPECT_GE(stretch["from_ns"], 0);
    EXPECT_GE(stretch["to_ns"], stretch["from_ns"]);
    EXPECT_LE(stretch["to_ns"], serial["fixed"]["took_ns"]);
    EXPECT_GT(stretch["thread"], 0);
  }
}

TEST(PitfallsProgram, TellsOfAHaltWhoWaitsForWhom) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "pitfalls.json";
  const Ended ended = run_to_end(
      {program("pitfalls"), "works_with_two_threads", "--only", "broken", "--json", file});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_NE(ended.output.find("no other thread"), std::string::npos) << ended.output;
  const Json told = Json::parse(content_of(file))["pitfalls"][0];
  EXPECT_EQ(told["fixed"], nullptr);
  ASSERT_EQ(told["broken"]["halts"].size(), 3);
  EXPECT_EQ(told["broken"]["halts"][0]["awaits"], "fetched");
}

TEST(PitfallsProgram, RunsOneSideIfToldTo) {
  const Ended broken = run_to_end({program("pitfalls"), "lazy_coroutine", "--only", "broken"});
  EXPECT_EQ(broken.ending, "exit status 0") << broken.errors;
  EXPECT_NE(broken.output.find("the symptom showed\n"), std::string::npos) << broken.output;
  EXPECT_EQ(broken.output.find("\n  fixed"), std::string::npos) << broken.output;
  const Ended fixed = run_to_end({program("pitfalls"), "lazy_coroutine", "--only", "fixed"});
  EXPECT_EQ(fixed.ending, "exit status 0") << fixed.errors;
  EXPECT_NE(fixed.output.find("the cure held\n"), std::string::npos) << fixed.output;
  EXPECT_EQ(fixed.output.find("\n  broken"), std::string::npos) << fixed.output;
}

TEST(PitfallsProgram, AsksBeforeItTellsWhatHappened) {
  ProgramOnTerminal pitfalls{{program("pitfalls"), "--ask", "lazy_coroutine"}, {24, 80, 0, 0}};
  const auto tells = [&](std::string_view text) {
    return pitfalls.shows([&](const std::vector<std::string>& lines) {
      return std::ranges::any_of(lines, [&](auto& line) { return line.find(text) != line.npos; });
    });
  };
  ASSERT_TRUE(tells("press Enter"));
  EXPECT_EQ(pitfalls.output().find("broken"), std::string::npos) << pitfalls.output();
  pitfalls.press("\n");
  EXPECT_TRUE(tells("the symptom showed"));
  EXPECT_EQ(pitfalls.end(), 0);
}

TEST(PitfallsProgram, TakesTheEndOfItsInputForEveryAnswer) {
  const Ended ended = run_to_end(
      {"/bin/sh", "-c", program("pitfalls") + " --ask lazy_coroutine serial_await </dev/null"});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_NE(ended.output.find("reads at once"), std::string::npos) << ended.output;
}

TEST(PitfallsProgram, IsInterruptedWhileItAsks) {
  ProgramOnTerminal pitfalls{{program("pitfalls"), "--ask", "lazy_coroutine"}, {24, 80, 0, 0}};
  ASSERT_TRUE(pitfalls.shows(
      [&](const auto&) { return pitfalls.output().find("press Enter") != std::string::npos; }));
  kill(pitfalls.pid(), SIGINT);
  EXPECT_EQ(pitfalls.end(), -SIGINT);
}

TEST(PitfallsProgram, FailsIfItsFileCannotBeWritten) {
  const Ended ended = run_to_end(
      {program("pitfalls"), "lazy_coroutine", "--json", "/nowhere/at/all/pitfalls.json"});
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(lines_of(ended.errors).size(), 1) << ended.errors;
  EXPECT_NE(ended.errors.find("/nowhere/at/all/pitfalls.json"), std::string::npos) << ended.errors;
}

class PitfallsCommandLine : public testing::TestWithParam<BadCommandLine> {};

TEST_P(PitfallsCommandLine, IsRefusedInOneLine) {
  expect_usage_error("pitfalls", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Bad, PitfallsCommandLine,
    testing::Values(
        BadCommandLine{"UnknownName",
                       {"lazy_coroutine", "lazy"},
                       {"NAME", "'lazy'", "blocked_loop, post_that_stays"}},
        BadCommandLine{"UnknownSide", {"--only", "both"}, {"--only", "neither broken nor fixed"}},
        BadCommandLine{"UnknownOption", {"--fast"}, {"--fast"}},
        BadCommandLine{"NoFile", {"--json"}, {"--json"}},
        BadCommandLine{"SideWithoutEvents",
                       {"lazy_coroutine", "--side", "broken", "--report", "r.json"},
                       {"--events is required"}},
        BadCommandLine{"SideOfNone",
                       {"--side", "broken", "--report", "r", "--events", "e"},
                       {"--side", "the NAME of one pitfall"}},
        BadCommandLine{"EventsWithoutSide", {"lazy_coroutine", "--events", "e"}, {"--events"}}),
    name_of_bad);

}  // namespace
}  // namespace waitbench::pitfalls
