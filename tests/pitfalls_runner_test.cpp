// What runs the pitfalls: a watchdog that finds who waits for whom, processes that are ended, and
// verdicts.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <future>
#include <thread>
#include <tuple>

#include "pitfalls/runner/program.hpp"
#include "pitfalls/runner/runner.hpp"
#include "pitfalls/runner/watchdog.hpp"
#include "pitfalls/table.hpp"
#include "tests/support.hpp"

namespace waitbench::pitfalls {
namespace {

// --- The watchdog --------------------------------------------------------------------------------

Stretch runs(int thread, const std::string& loop) {
  return {Kind::running, "", loop, 1, thread, {}, {}};
}

Stretch waits_for(int thread, const std::string& loop) {
  return {Kind::blocked, "done it", loop, 1, thread, {}, {}};
}

std::set<int> halted(const std::vector<Stretch>& stretches) {
  std::set<int> threads;
  for (const Halt& halt : halts_in(stretches)) threads.insert(halt.thread);
  return threads;
}

TEST(HaltsIn, AreThreadsThatOnlyTheyThemselvesCouldHelp) {
  EXPECT_EQ(halted({runs(1, "a"), waits_for(1, "a")}), (std::set{1}));
  EXPECT_EQ(halted({runs(1, "a"), runs(2, "b"), waits_for(1, "b"), waits_for(2, "a")}),
            (std::set{1, 2}));
  EXPECT_EQ(halted({waits_for(1, "nobody's")}), (std::set{1}));
}

TEST(HaltsIn, LeaveOutThoseThatSomebodyMayHelp) {
  EXPECT_EQ(halted({runs(1, "a"), runs(2, "a"), waits_for(1, "a")}), std::set<int>{});
  // 1 waits for 2, which waits for 3, which is free.
  EXPECT_EQ(halted({runs(2, "b"), runs(3, "c"), waits_for(1, "b"), waits_for(2, "c")}),
            std::set<int>{});
  Stretch ended = waits_for(1, "a");
  ended.to = Clock::now();
  EXPECT_EQ(halted({runs(1, "a"), ended}), std::set<int>{});
}

TEST(HaltsIn, KeepProcessesApart) {
  Stretch elsewhere = runs(2, "a");
  elsewhere.process = 2;
  EXPECT_EQ(halted({runs(1, "a"), waits_for(1, "a"), elsewhere}), (std::set{1}));
}

TEST(DescribeHalt, SaysWhoHoldsWhatAndWaitsForWhom) {
  EXPECT_EQ(describe({1, 7, "the loop", "fetched", "the loop", {7}}),
            "thread 7 runs the loop and is blocked until the loop has fetched; no other thread "
            "runs it");
  EXPECT_EQ(describe({1, 7, "", "fetched", "the loop", {8, 9}}),
            "thread 7 is blocked until the loop has fetched; so are all others that run it: 8, 9");
}

// --- Pitfalls that are made up -------------------------------------------------------------------

Outcome tell(TimeLine& line) {
  line.event("this, and");
  {
    const auto pending = line.pending("a wait");
    std::jthread{[&] { const auto running = line.running("a loop"); }}.join();
  }
  return {.symptom = true, .happened = "\"that\"", .measures = {{"times", 1.5, "ms"}}};
}

Outcome fail(TimeLine&) {
  throw std::runtime_error("no such luck");
}

Outcome crash(TimeLine&) {
  raise(SIGKILL);
  return {};
}

// Ends the process with another status than its record has, as a sanitizer does.
Outcome end_badly(TimeLine&) {
  std::atexit([] { _exit(1); });
  return {};
}

Outcome halt(TimeLine& line) {
  const auto running = line.running("a loop");
  const auto blocked = line.blocked("done it", "a loop");
  std::promise<void>{}.get_future().wait();  // for ever
  return {};
}

// Says so on the descriptor in HANGS_ON, if there is one.
Outcome hang(TimeLine&) {
  const char* descriptor = std::getenv("HANGS_ON");
  if (descriptor && write(std::stoi(descriptor), "!", 1) != 1) return {};
  while (true) pause();
}

Outcome get_help(TimeLine& line) {
  const auto running = line.running("a loop");
  std::promise<void> help;
  const std::jthread helper{[&] {
    const auto too = line.running("a loop");
    std::this_thread::sleep_for(std::chrono::milliseconds{400});  // longer than the dog looks
    help.set_value();
  }};
  while (line.stretches().size() < 2) std::this_thread::yield();
  const auto blocked = line.blocked("helped", "a loop");
  help.get_future().wait();
  return {.happened = "helped"};
}

template <Outcome (*body)(TimeLine&)>
Outcome attempt_to(TimeLine& line) {
  const Told told = attempt(line, "the attempt", body);
  return {.symptom = told.ending == Ending::halted,
          .happened = told.outcome.happened,
          .measures = {{"attempts", line.count("the attempt")}}};
}

// Each attempt adds its name to the file in ATTEMPTS_IN.
Outcome attempt_twice(TimeLine& line) {
  for (const char* name : {"first", "second"})
    attempt(line, name, [name](TimeLine& part) -> Outcome {
      part.event(std::string{"in the "} + name);
      std::ofstream{std::getenv("ATTEMPTS_IN"), std::ios::app} << name << '\n';
      return {};
    });
  return {};
}

constexpr Pitfall telling{.name = "telling", .broken = tell, .fixed = fail};
constexpr Pitfall crashing{.name = "crashing", .broken = crash, .fixed = attempt_to<crash>};
constexpr Pitfall ending_badly{
    .name = "ending_badly", .broken = end_badly, .fixed = attempt_to<end_badly>};
constexpr Pitfall halting{.name = "halting", .broken = halt, .fixed = attempt_to<halt>};
constexpr Pitfall hanging{.name = "hanging", .broken = hang, .fixed = attempt_to<hang>};
constexpr Pitfall helped{.name = "helped", .broken = get_help, .fixed = attempt_to<get_help>};
constexpr Pitfall attempting{
    .name = "attempting", .broken = attempt_twice, .fixed = attempt_to<fail>};

// The table and these: the tests are a program that starts itself for a side, like `pitfalls`.
std::vector<const Pitfall*> with_those_made_up() {
  std::vector<const Pitfall*> table{&telling, &crashing, &ending_badly, &halting,
                                    &hanging, &helped,   &attempting};
  table.insert(table.end(), all_pitfalls.begin(), all_pitfalls.end());
  return table;
}

Told broken_side_of(const Pitfall& pitfall) {
  return *pitfalls::run(pitfall, Side::broken).broken;
}

Told fixed_side_of(const Pitfall& pitfall) {
  return *pitfalls::run(pitfall, Side::fixed).fixed;
}

void expect_no_child_left() {
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

// --- A process of its own ------------------------------------------------------------------------

TEST(ASide, TellsOutcomeAndTimeLine) {
  const Told told = broken_side_of(telling);
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_TRUE(told.outcome.symptom);
  EXPECT_EQ(told.outcome.happened, "\"that\"");
  ASSERT_EQ(told.outcome.measures.size(), 1);
  EXPECT_EQ(told.outcome.measures[0].value, 1.5);
  EXPECT_EQ(told.outcome.measures[0].unit, "ms");
  ASSERT_EQ(told.stretches.size(), 3);
  const auto& [event, wait, run] =
      std::tie(told.stretches[0], told.stretches[1], told.stretches[2]);
  EXPECT_EQ(event.kind, Kind::event);
  EXPECT_EQ(event.what, "this, and");
  EXPECT_NE(event.process, getpid());
  EXPECT_EQ(event.thread, event.process);
  EXPECT_LE(told.start, event.from);
  EXPECT_EQ(event.to, event.from);
  EXPECT_EQ(wait.kind, Kind::pending);
  EXPECT_EQ(run.kind, Kind::running);
  EXPECT_EQ(run.loop, "a loop");
  EXPECT_NE(run.thread, run.process);
  EXPECT_EQ(run.ended_on, run.thread);
  EXPECT_LE(wait.from, run.from);
  EXPECT_LE(run.from, run.to);
  EXPECT_LE(run.to, wait.to);
  expect_no_child_left();
}

TEST(ASide, TellsWhatWasThrown) {
  const Told told = fixed_side_of(telling);
  EXPECT_EQ(told.ending, Ending::failed);
  EXPECT_EQ(told.message, "no such luck");
  expect_no_child_left();
}

TEST(ASide, IsToldOfWithTheSignalThatEndedIt) {
  const Told told = broken_side_of(crashing);
  EXPECT_EQ(told.ending, Ending::failed);
  EXPECT_EQ(told.message, "killed by signal 9 (Killed)");
  expect_no_child_left();
}

TEST(ASide, HasFailedIfItsExitStatusSaysSoWhateverItTold) {
  const Told told = broken_side_of(ending_badly);
  EXPECT_EQ(told.ending, Ending::failed);
  EXPECT_EQ(told.message, "ended with exit status 1");
  EXPECT_EQ(fixed_side_of(ending_badly).message, "the attempt: ended with exit status 1");
}

TEST(ASide, IsEndedWhereItHalts) {
  const Told told = broken_side_of(halting);
  EXPECT_EQ(told.ending, Ending::halted);
  EXPECT_EQ(halts_in(told.stretches).size(), 1);
  expect_no_child_left();
}

TEST(ASide, IsLeftAloneAsLongAsSomebodyCouldHelp) {
  const Told told = broken_side_of(helped);
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_EQ(told.outcome.happened, "helped");
}

TEST(ASide, IsEndedWhenItsTimeIsUp) {
  const Limits limits{.at_most = std::chrono::milliseconds{50}};
  for (const Side side : {Side::broken, Side::fixed}) {
    const Told told = run_apart(hanging, side, limits);
    EXPECT_EQ(told.ending, Ending::failed);
    EXPECT_EQ(told.message, "it had not ended after 0.05 s");
    EXPECT_GE(told.took, limits.at_most);
    expect_no_child_left();
  }
}

TEST(ASide, IsEndedWhenTheCallerIsInterrupted) {
  EXPECT_THROW(run_apart(hanging, Side::broken, {.interrupted = [] { return true; }}), Interrupted);
  expect_no_child_left();
}

TEST(ASide, LeavesEventsInTheColumnsOfAllRecords) {
  const TemporaryDirectory directory;
  const auto report = directory.path() / "report.json";
  const auto events = directory.path() / "events.csv";
  const Ended ended = run_to_end(
      {"/proc/self/exe", "--side", "broken", "telling", "--report", report, "--events", events});
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_EQ(names_in(directory.path()), (Names{"events.csv", "report.json"}));
  EXPECT_TRUE(content_of(report).starts_with("{\n \"ending\": \"finished\","))
      << content_of(report);
  expect_match(content_of(events),
               "task,step,ns,thread\n"
               R"(1,event,\d+,(\d+)\n2,pending,\d+,\1\n3,running,\d+,(\d+)\n3,ended,\d+,\2\n)"
               R"(2,ended,\d+,\1\n)");
}

TEST(ASide, SaysByItsExitStatusThatItFailedOrHalted) {
  const TemporaryDirectory directory;
  const auto status_of = [&](const char* side, const char* name) {
    return run_to_end({"/proc/self/exe", "--side", side, name, "--report",
                       directory.path() / "report.json", "--events", directory.path() / "events"})
        .ending;
  };
  EXPECT_EQ(status_of("fixed", "telling"), "exit status 1");
  EXPECT_EQ(status_of("broken", "halting"), "exit status 1");
}

// --- The program whose sides hang ----------------------------------------------------------------

// Runs one side of `hanging`, and hears by a pipe when it hangs and when nobody of it is left.
class HangingProgram {
 public:
  HangingProgram(const std::string& side, const std::filesystem::path& temporary)
      : HangingProgram(make_pipe(), side, temporary) {}

  ChildProcess& process() { return process_; }

  void wait_until_it_hangs() {
    char said = 0;
    EXPECT_EQ(read(heard_.get(), &said, 1), 1);
  }

  bool is_gone_in_time() const {
    pollfd ended{heard_.get(), POLLIN, 0};  // which it is when nobody is left to write
    return poll(&ended, 1, static_cast<int>(patience_with_everybody.count())) == 1;
  }

 private:
  static std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    return ends;
  }

  HangingProgram(std::array<int, 2> ends, const std::string& side,
                 const std::filesystem::path& temporary)
      : heard_(ends[0]),
        process_({"/usr/bin/env", "TMPDIR=" + temporary.string(),
                  "HANGS_ON=" + std::to_string(ends[1]),
                  std::filesystem::read_symlink("/proc/self/exe"), "hanging", "--only", side}) {
    close(ends[1]);
  }

  Descriptor heard_;
  ChildProcess process_;
};

class HangingSide : public testing::TestWithParam<const char*> {
 protected:
  TemporaryDirectory directory_;
  HangingProgram program_{GetParam(), directory_.path()};
};

TEST_P(HangingSide, EndsWithItsCaller) {
  program_.wait_until_it_hangs();
  program_.process().kill();
  EXPECT_TRUE(program_.is_gone_in_time());
}

TEST_P(HangingSide, EndsWithItsFilesWhenItsCallerIsInterrupted) {
  program_.wait_until_it_hangs();
  EXPECT_EQ(names_in(directory_.path()).size(), 1);
  ::kill(program_.process().pid(), SIGINT);
  EXPECT_EQ(wait_for_end(program_.process()).ending, "killed by signal 2 (Interrupt)");
  EXPECT_TRUE(program_.is_gone_in_time());
  EXPECT_EQ(names_in(directory_.path()), Names{});
}

// The fixed one hangs in an attempt.
INSTANTIATE_TEST_SUITE_P(Of, HangingSide, testing::Values("broken", "fixed"),
                         [](const auto& test) { return std::string{test.param}; });

// --- Attempts ------------------------------------------------------------------------------------

TEST(Attempt, IsEndedWhereItHaltsAndTheSideGoesOn) {
  const Told told = fixed_side_of(halting);
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_TRUE(told.outcome.symptom);
  EXPECT_EQ(told.outcome.measures[0].value, 1);
  EXPECT_EQ(halts_in(told.stretches).size(), 1);
  expect_no_child_left();
}

TEST(Attempt, ThrowsWhatMadeItFail) {
  EXPECT_EQ(fixed_side_of(attempting).message, "the attempt: no such luck");
  EXPECT_EQ(fixed_side_of(crashing).message, "the attempt: killed by signal 9 (Killed)");
}

TEST(Attempt, IsLeftAloneAsLongAsSomebodyCouldHelp) {
  const Told told = fixed_side_of(helped);
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_EQ(told.outcome.happened, "helped");
}

TEST(Attempt, RunsOnceAndInAProcessOfItsOwn) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "attempts";
  setenv("ATTEMPTS_IN", file.c_str(), true);
  const Told told = broken_side_of(attempting);
  EXPECT_EQ(content_of(file), "first\nsecond\n");
  std::vector<std::string> names;
  std::set<int> processes;
  for (const Stretch& stretch : told.stretches) {
    names.push_back(stretch.what);
    processes.insert(stretch.process);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"first", "in the first", "second", "in the second"}));
  EXPECT_EQ(processes.size(), 3);
}

// --- Verdicts ------------------------------------------------------------------------------------

Told side(bool symptom, double loss) {
  return {.ending = Ending::finished,
          .outcome = {.symptom = symptom, .measures = {{"loss", loss, ""}}}};
}

constexpr Pitfall with_a_loss{.name = "p", .measure = "loss"};
constexpr Pitfall with_a_gain{.name = "p", .measure = "loss", .better = Better::more};

TEST(Verdict, IsSilentIfSymptomAndCureWereAsTold) {
  EXPECT_EQ(verdict_of({&with_a_loss, side(true, 2), side(false, 1)}), "");
  EXPECT_EQ(verdict_of({&with_a_gain, side(true, 1), side(false, 2)}), "");
  EXPECT_EQ(verdict_of({&with_a_loss, side(true, 2), {}}), "");
  EXPECT_EQ(verdict_of({&with_a_loss, {}, side(false, 1)}), "");
}

TEST(Verdict, SaysWhatWasNotSo) {
  EXPECT_EQ(verdict_of({&with_a_loss, side(false, 2), side(false, 1)}), "the symptom did not show");
  EXPECT_EQ(verdict_of({&with_a_loss, side(true, 2), side(true, 1)}),
            "the cure did not hold: the symptom showed");
  EXPECT_EQ(verdict_of({&with_a_loss, side(true, 2), side(false, 2)}),
            "the cure was no better by loss: 2 against 2");
  EXPECT_EQ(verdict_of({&with_a_gain, side(true, 2), side(false, 1)}),
            "the cure was no better by loss: 1 against 2");
  EXPECT_EQ(verdict_of({&with_a_loss, side(true, 2), Told{.message = "out of luck"}}),
            "the fixed side failed: out of luck");
  EXPECT_EQ(verdict_of({&with_a_loss, Told{.ending = Ending::halted}, {}}),
            "the broken side halted");
}

}  // namespace
}  // namespace waitbench::pitfalls

int main(int argc, char** argv) {
  using namespace waitbench::pitfalls;
  if (argc > 1 && !std::string_view{argv[1]}.starts_with("--gtest"))
    return run_program_on(with_those_made_up(), argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
