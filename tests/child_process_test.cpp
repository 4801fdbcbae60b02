// A child process is listened to, bounded in time, and never left behind.
#include "support/child_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <system_error>

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using WaitEnd = ChildProcess::WaitEnd;

ChildProcess shell(const std::string& script) {
  return ChildProcess{{"/bin/sh", "-c", script}};
}

ChildProcess::WaitLimits patiently() {
  return {.deadline = Clock::now() + 60s};
}

// Whether `pid` is there, and not only waiting to be reaped: in some containers nobody ever does.
bool is_running(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(file, text);
  const size_t state = text.rfind(')') + 2;
  return state < text.size() && text[state] != 'Z' && text[state] != 'X';
}

bool ends(pid_t pid) {
  const auto deadline = Clock::now() + 60s;
  while (is_running(pid) && Clock::now() < deadline) sched_yield();
  return !is_running(pid);
}

TEST(ChildProcess, TellsItsExitStatusAndWhatItSaid) {
  auto child = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(child.wait(patiently()), WaitEnd::done);
  EXPECT_FALSE(child.succeeded());
  EXPECT_EQ(child.ending(), "exit status 3");
  EXPECT_EQ(child.standard_output(), "out\n");
  EXPECT_EQ(child.standard_error(), "err\n");
}

TEST(ChildProcess, NamesTheSignalThatKilledIt) {
  auto child = shell("kill -SEGV $$");
  EXPECT_EQ(child.wait(patiently()), WaitEnd::done);
  EXPECT_EQ(child.ending(), "killed by signal 11 (Segmentation fault)");
}

// As every program of the suite does, which is no affair of its children.
TEST(ChildProcess, IsEndedByABrokenPipeThoughItsOwnerIgnoresIt) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  auto child = shell("kill -PIPE $$");
  EXPECT_EQ(child.wait(patiently()), WaitEnd::done);
  std::signal(SIGPIPE, before);
  EXPECT_EQ(child.ending(), "killed by signal 13 (Broken pipe)");
}

TEST(ChildProcess, ThrowsTheReasonWhenItCannotBeStarted) {
  try {
    ChildProcess child{{"/nowhere/client"}};
    FAIL() << "a program that is not there was started";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string{error.what()}.find("can't start /nowhere/client"), std::string::npos);
  }
}

TEST(ChildProcess, IsWaitedForNoLongerThanTheDeadline) {
  auto child = shell("exec sleep 1000");
  EXPECT_EQ(child.wait({.deadline = Clock::now() + 10ms}), WaitEnd::deadline);
}

TEST(ChildProcess, IsWaitedForNoLongerWhenInterrupted) {
  auto child = shell("exec sleep 1000");
  EXPECT_EQ(child.wait({.deadline = Clock::now() + 60s, .interrupted = [] { return true; }}),
            WaitEnd::interrupted);
}

TEST(ChildProcess, IsHeardBeforeItEnds) {
  auto child = shell("echo ready; exec sleep 1000");
  EXPECT_EQ(child.wait_for_line(patiently()), WaitEnd::done);
  EXPECT_EQ(child.standard_output(), "ready\n");
}

TEST(ChildProcess, MayTalkMoreThanAPipeHoldsWithoutBeingHeldUp) {
  auto child = shell("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2");
  EXPECT_EQ(child.wait(patiently()), WaitEnd::done);
  EXPECT_TRUE(child.succeeded());
  EXPECT_LT(child.standard_output().size(), 100'000U) << "keeps the beginning only";
}

TEST(ChildProcess, EndsWithItsOwnerTogetherWithWhatItStarted) {
  pid_t grandchild = 0;
  {
    auto child = shell("sleep 1000 & echo $!; wait");
    ASSERT_EQ(child.wait_for_line(patiently()), WaitEnd::done);
    grandchild = std::stoi(child.standard_output());
    EXPECT_TRUE(is_running(grandchild));
  }
  EXPECT_TRUE(ends(grandchild));
}

TEST(ChildProcess, CountsItsThreadsAndItsCpuTime) {
  auto child = shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
  EXPECT_EQ(child.wait(patiently()), WaitEnd::done);
  EXPECT_EQ(child.peak_threads(), 1);
  EXPECT_GT(child.usage().ru_utime.tv_usec + child.usage().ru_stime.tv_usec, 0);
}

}  // namespace
}  // namespace waitbench
