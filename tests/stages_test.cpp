// The stages of tasks whose records lack something.
#include "bench/records/stages.hpp"

#include <gtest/gtest.h>

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr auto epoch = Clock::time_point{} + 1h;

// Of the four steps of a task and its echo, those whose bit is set.
Run with_steps(unsigned steps) {
  const std::vector<Event> client{{1, Step::started, epoch, 7},
                                  {1, Step::written, epoch + 2s, 7},
                                  {1, Step::read, epoch + 10s, 7},
                                  {1, Step::finished, epoch + 14s, 7}};
  Run run{.model = find_model("sequential"), .cut_after = 20s, .start = epoch};
  for (size_t i = 0; i < client.size(); ++i)
    if ((steps >> i & 1U) != 0) run.events.push_back(client[i]);
  if ((steps >> client.size() & 1U) != 0) run.server_events = {{1, Step::echoed, epoch + 9s, 3}};
  return run;
}

TEST(Stages, OfATaskFollowEachOtherWhateverStepsItLacks) {
  for (unsigned steps = 1; steps < 32; ++steps) {
    for (const TaskRecord& task : tasks_of(with_steps(steps))) {
      Duration until{0};
      for (const Stretch& stage : task.stages) {
        EXPECT_GE(stage.begin, until) << steps;
        EXPECT_GT(stage.end, stage.begin) << steps;
        until = stage.end;
      }
      EXPECT_LE(until, 20s) << steps;
    }
  }
}

TEST(Stages, LastUntilTheCutWhereNothingFollows) {
  const auto stages = tasks_of(with_steps(0b00001)).front().stages;
  ASSERT_EQ(stages.size(), 1U);
  EXPECT_EQ(stages.front(), (Stretch{Stage::connect, 0s, 20s, 7}));
}

}  // namespace
}  // namespace waitbench
