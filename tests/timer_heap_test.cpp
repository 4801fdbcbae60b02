// The timers of the hand-written loops.
#include "task/loops/timer_heap.hpp"

#include <gtest/gtest.h>

namespace waitbench {
namespace {

using namespace std::chrono_literals;

TEST(TimerHeap, HandsOutWhatIsDueInTheOrderOfTime) {
  TimerHeap<int> timers;
  const auto now = Clock::now();
  for (const int ago : {3, 1, 4, 5, 2}) timers.add(now - ago * 1s, ago);
  std::vector<int> taken;
  while (const auto due = timers.take_due()) taken.push_back(*due);
  EXPECT_EQ(taken, (std::vector{5, 4, 3, 2, 1}));
}

TEST(TimerHeap, KeepsWhatIsNotDue) {
  TimerHeap<int> timers;
  timers.add(Clock::now() + 24h, 1);
  timers.add(Clock::now() - 1s, 2);
  EXPECT_EQ(timers.take_due(), 2);
  EXPECT_EQ(timers.take_due(), std::nullopt);
}

TEST(TimerHeap, TellsHowLongTheNextTakesToBeDue) {
  TimerHeap<int> timers;
  timers.add(Clock::now() + 36h, 1);
  timers.add(Clock::now() + 24h, 2);
  const auto left = timers.time_left();
  ASSERT_TRUE(left);
  EXPECT_LE(left->tv_sec, 24 * 3600);
  EXPECT_GT(left->tv_sec, 23 * 3600);
  EXPECT_GE(left->tv_nsec, 0);
  EXPECT_LT(left->tv_nsec, 1'000'000'000);
}

TEST(TimerHeap, LeavesNoTimeForWhatIsOverdue) {
  TimerHeap<int> timers;
  timers.add(Clock::now() - 1h, 1);
  const auto left = timers.time_left();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->tv_sec, 0);
  EXPECT_EQ(left->tv_nsec, 0);
}

TEST(TimerHeap, HasNoTimeWithoutTimers) {
  EXPECT_FALSE(TimerHeap<int>{}.time_left());
}

}  // namespace
}  // namespace waitbench
