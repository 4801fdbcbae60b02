// When tasks arrive.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/values.hpp"
#include "task/workload.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<Duration>;

TEST(Arrivals, AreOneIntervalApartWhereTheyAreEven) {
  EXPECT_EQ(arrival_times({.rate = 4, .kind = ArrivalKind::even}, 4),
            (Times{250ms, 500ms, 750ms, 1s}));
  EXPECT_EQ(arrival_times({.rate = 3, .kind = ArrivalKind::even}, 3),
            (Times{333'333'333ns, 666'666'667ns, 1s}))
      << "what is rounded must not add up";
}

// The numbers are those of the engine that the standard lays down, seeded with 42.
TEST(Arrivals, AreTheSameEverywhereForTheSameSeed) {
  EXPECT_EQ(arrival_times({.rate = 10, .seed = 42}, 4),
            (Times{140'713'210ns, 242'609'639ns, 382'100'858ns, 396'750'674ns}));
}

TEST(Arrivals, OfAnotherSeedAreOthers) {
  EXPECT_NE(arrival_times({.rate = 10, .seed = 1}, 4), arrival_times({.rate = 10, .seed = 2}, 4));
}

TEST(Arrivals, OfManyTasksBeginAsThoseOfFew) {
  auto many = arrival_times({.rate = 10, .seed = 7}, 1000);
  many.resize(3);
  EXPECT_EQ(many, arrival_times({.rate = 10, .seed = 7}, 3));
}

TEST(Arrivals, AtTwiceTheRateComeInHalfTheTime) {
  const auto slow = arrival_times({.rate = 10, .seed = 7}, 1000);
  const auto fast = arrival_times({.rate = 20, .seed = 7}, 1000);
  for (size_t i = 0; i < slow.size(); ++i) EXPECT_LE(std::chrono::abs(slow[i] - 2 * fast[i]), 1ns);
}

TEST(Arrivals, Ascend) {
  for (const auto kind : {ArrivalKind::poisson, ArrivalKind::even}) {
    const auto times = arrival_times({.rate = highest_rate, .kind = kind, .seed = 3}, 10'000);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_GE(times.front(), 0ns);
  }
}

// Of 10,000 exponential intervals: their mean, and, since it is the same as their standard
// deviation, how many are longer than it, which is one in e. Both within five standard errors.
TEST(Arrivals, OfAPoissonProcessHaveExponentialIntervals) {
  const auto times = arrival_times({.rate = 100, .seed = 5}, 10'000);
  EXPECT_NEAR(std::chrono::duration<double>(times.back()).count(), 100, 5);
  int longer = 0;
  for (size_t i = 1; i < times.size(); ++i) longer += times[i] - times[i - 1] > 10ms;
  EXPECT_NEAR(longer, 3679, 5 * 48);
}

}  // namespace
}  // namespace waitbench
