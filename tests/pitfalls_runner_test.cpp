// What runs the pitfalls: a watchdog that finds who waits for whom, processes that are ended, and
// verdicts.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <future>
#include <thread>

#include "pitfalls/runner/runner.hpp"
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

// --- A process of its own ------------------------------------------------------------------------

void expect_no_child_left() {
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(RunApart, TellsOutcomeAndTimeLine) {
  const Told told = run_apart([](TimeLine& line) -> Outcome {
    line.event("this");
    return {.symptom = true, .happened = "that", .measures = {{"times", 1.5, "ms"}}};
  });
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_TRUE(told.outcome.symptom);
  EXPECT_EQ(told.outcome.happened, "that");
  ASSERT_EQ(told.outcome.measures.size(), 1);
  EXPECT_EQ(told.outcome.measures[0].value, 1.5);
  ASSERT_EQ(told.stretches.size(), 1);
  EXPECT_EQ(told.stretches[0].what, "this");
  EXPECT_NE(told.stretches[0].process, getpid());
  EXPECT_EQ(told.stretches[0].thread, told.stretches[0].process);
  EXPECT_LE(told.start, told.stretches[0].from);
  expect_no_child_left();
}

TEST(RunApart, TellsWhatWasThrown) {
  const Told told =
      run_apart([](TimeLine&) -> Outcome { throw std::runtime_error("no such luck"); });
  EXPECT_EQ(told.ending, Ending::failed);
  EXPECT_EQ(told.message, "no such luck");
  expect_no_child_left();
}

TEST(RunApart, TellsWhichSignalEndedIt) {
  const Told told = run_apart([](TimeLine&) -> Outcome {
    raise(SIGKILL);
    return {};
  });
  EXPECT_EQ(told.ending, Ending::failed);
  EXPECT_EQ(told.message, "killed by signal 9 (Killed)");
  expect_no_child_left();
}

TEST(RunApart, EndsWithItsCaller) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t caller = fork();
  if (caller == 0) {
    run_apart([&](TimeLine&) -> Outcome {
      EXPECT_EQ(write(ends[1], "!", 1), 1);
      std::this_thread::sleep_for(2 * patience_with_everybody);
      return {};
    });
    _exit(0);
  }
  close(ends[1]);
  Descriptor heard{ends[0]};
  char begun = 0;
  EXPECT_EQ(read(heard.get(), &begun, 1), 1);
  kill(caller, SIGKILL);
  EXPECT_EQ(waitpid(caller, nullptr, 0), caller);
  pollfd ended{heard.get(), POLLIN, 0};  // which it is when nobody is left to write
  EXPECT_EQ(poll(&ended, 1, static_cast<int>(patience_with_everybody.count())), 1);
}

TEST(Attempt, IsEndedWhereItHalts) {
  TimeLine line;
  const Told told = attempt(line, "the attempt", [](TimeLine& part) -> Outcome {
    const auto running = part.running("a loop");
    const auto blocked = part.blocked("done it", "a loop");
    std::promise<void>{}.get_future().wait();  // for ever
    return {};
  });
  EXPECT_EQ(told.ending, Ending::halted);
  EXPECT_EQ(halts_in(line.stretches()).size(), 1);
  EXPECT_EQ(line.count("the attempt"), 1);
  expect_no_child_left();
}

TEST(Attempt, ThrowsWhatMadeItFail) {
  TimeLine line;
  try {
    attempt(line, "the attempt", [](TimeLine&) -> Outcome { throw std::runtime_error("no luck"); });
    ADD_FAILURE() << "it did not throw";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the attempt: no luck");
  }
}

TEST(Attempt, IsLeftAloneAsLongAsSomebodyCouldHelp) {
  TimeLine line;
  const Told told = attempt(line, "the attempt", [](TimeLine& part) -> Outcome {
    const auto running = part.running("a loop");
    std::promise<void> help;
    const std::jthread helper{[&] {
      const auto too = part.running("a loop");
      std::this_thread::sleep_for(std::chrono::milliseconds{400});  // longer than the dog looks
      help.set_value();
    }};
    while (part.stretches().size() < 2) std::this_thread::yield();
    const auto blocked = part.blocked("helped", "a loop");
    help.get_future().wait();
    return {.happened = "helped"};
  });
  EXPECT_EQ(told.ending, Ending::finished);
  EXPECT_EQ(told.outcome.happened, "helped");
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
