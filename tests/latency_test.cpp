// Latencies from records: counted from when tasks were due, and what was the load generator's part.
#include "bench/records/latency.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<Clock::time_point>;

Clock::time_point at(Duration time) {
  return Clock::time_point{} + 1h + time;
}

// Three tasks of 1 + 2 + 4 s, one every 5 s.
const Workload workload{.tasks = 3,
                        .threads = 1,
                        .connect = 1s,
                        .response = 2s,
                        .compute = 4s,
                        .arrivals = Arrivals{.rate = 0.2, .kind = ArrivalKind::even}};
const Times due{at(5s), at(10s), at(15s)};

// All on one thread, one after the other; the second and third start when the thread is free.
std::vector<Event> in_turn(Duration first_start) {
  std::vector<Event> events;
  Duration time = first_start;
  for (int task = 1; task <= 3; ++task) {
    events.push_back({task, Step::started, at(time), 7});
    events.push_back({task, Step::written, at(time + 1s), 7});
    events.push_back({task, Step::read, at(time + 3s), 7});
    events.push_back({task, Step::finished, at(time + 7s), 7});
    time += 7s + 10ms;
  }
  return events;
}

Latencies latencies(const std::vector<Event>& events) {
  return latencies_of(*find_model("sequential"), workload, due, events);
}

TEST(Latency, CountsFromWhenTheTaskWasDue) {
  const auto measured = latencies(in_turn(5s)).measured;
  EXPECT_EQ(measured.max, Seconds{11s + 20ms});   // due at 15, finished at 26.02
  EXPECT_EQ(measured.at[0], Seconds{9s + 10ms});  // due at 10, finished at 19.01
}

TEST(Latency, StandsBesideThatOfTheQueue) {
  const auto predicted = latencies(in_turn(5s)).predicted;
  EXPECT_EQ(predicted.at[0], Seconds{9});
  EXPECT_EQ(predicted.max, Seconds{11});
}

// The first starts 30 ms after it was due, with its thread free; the others 10 ms after the thread
// was, which had been taken long before they were due.
TEST(Lateness, IsWhatTasksThatCouldStartWaitedAllTheSame) {
  const auto lateness = latencies(in_turn(5s + 30ms)).lateness;
  EXPECT_EQ(lateness.max, Seconds{30ms});
  EXPECT_EQ(lateness.at[0], Seconds{10ms});
}

TEST(Lateness, MakesTheGeneratorLateOnceItIsAPartOfTheScheduleOrOfTheLatency) {
  EXPECT_FALSE(latencies(in_turn(5s)).is_generator_late);
  auto events = in_turn(5s);
  for (Event& event : events) {
    event.thread = event.task;  // each could have started when it was due
    event.time += 250ms;
  }
  EXPECT_TRUE(latencies(events).is_generator_late);
}

TEST(StartedPerSecond, IsTheRateThatWasReached) {
  EXPECT_DOUBLE_EQ(*latencies(in_turn(5s)).started_per_s, 2 / 14.02);
}

// --- Percentiles ---------------------------------------------------------------------------------

std::vector<Duration> one_to(int count) {
  std::vector<Duration> values;
  for (int i = count; i > 0; --i) values.push_back(i * 1s);
  return values;
}

TEST(Percentiles, AreValuesOfTheNearestRank) {
  const auto thousand = distribution_of(one_to(1000));
  EXPECT_EQ(thousand.at[0], Seconds{500});
  EXPECT_EQ(thousand.at[1], Seconds{900});
  EXPECT_EQ(thousand.at[2], Seconds{990});
  EXPECT_EQ(thousand.at[3], Seconds{999});
  EXPECT_EQ(thousand.max, Seconds{1000});
  EXPECT_EQ(distribution_of(one_to(101)).at[1], Seconds{91});
}

TEST(Percentiles, AreNotToldOfTooFewValues) {
  EXPECT_FALSE(distribution_of(one_to(999)).at[3]);
  EXPECT_TRUE(distribution_of(one_to(100)).at[2]);
  EXPECT_FALSE(distribution_of(one_to(99)).at[2]);
  EXPECT_FALSE(distribution_of(one_to(9)).at[1]);
  EXPECT_FALSE(distribution_of(one_to(1)).at[0]);
  EXPECT_EQ(distribution_of(one_to(1)).max, Seconds{1});
}

// --- Records -------------------------------------------------------------------------------------

TEST(DueTimes, AreTakenOutOfTheRecordsInTheOrderOfTheTasks) {
  std::vector<Event> events{
      {2, Step::due, at(10s), 7}, {1, Step::started, at(5s), 7}, {1, Step::due, at(5s), 7}};
  EXPECT_EQ(take_due_times(events), (Times{at(5s), at(10s)}));
  EXPECT_EQ(events, (std::vector<Event>{{1, Step::started, at(5s), 7}}));
}

std::string complaint(const Workload& w, const Times& times, const std::vector<Event>& events) {
  try {
    check_arrivals(w, at(0s), times, events);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(ArrivalCheck, AcceptsTasksThatStartWhenTheyAreDueOrLater) {
  EXPECT_EQ(complaint(workload, due, in_turn(5s)), "");
}

TEST(ArrivalCheck, WantsTheScheduleToCountFromTheClientsBeginning) {
  Times earlier = due;
  for (auto& time : earlier) time -= 1ns;
  EXPECT_EQ(complaint(workload, earlier, in_turn(5s)),
            "the times at which tasks were due count from before the client began");
}

TEST(ArrivalCheck, NamesTheTaskThatStartedTooEarly) {
  EXPECT_EQ(complaint(workload, due, in_turn(5s - 1ns)), "task 1 started before it was due");
}

TEST(ArrivalCheck, WantsARecordForEachTask) {
  EXPECT_EQ(complaint(workload, {at(5s)}, in_turn(5s)),
            "1 records of when a task was due, 3 expected");
  EXPECT_EQ(complaint(workload, {}, in_turn(5s)), "0 records of when a task was due, 3 expected");
}

TEST(ArrivalCheck, WantsNoneWhereAllTasksAreThereFromTheBeginning) {
  Workload at_once = workload;
  at_once.arrivals.reset();
  EXPECT_EQ(complaint(at_once, {}, in_turn(0s)), "");
  EXPECT_EQ(complaint(at_once, due, in_turn(5s)), "3 records of when a task was due, 0 expected");
}

TEST(ArrivalCheck, WantsTheScheduleThatWasAskedFor) {
  EXPECT_EQ(complaint(workload, {at(5s), at(10s), at(16s)}, in_turn(5s)),
            "task 3 was due at another time than asked");
}

}  // namespace
}  // namespace waitbench
