// What the records of a run tell of its structure, and how that is judged.
#include "bench/records/structure.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace waitbench {
namespace {

using namespace std::chrono_literals;

Clock::time_point at(Duration time) {
  return Clock::time_point{} + 1h + time;
}

// The four steps of a task, on one thread.
std::vector<Event> task(int id, int thread, Duration started, Duration written, Duration read,
                        Duration finished) {
  return {{id, Step::started, at(started), thread},
          {id, Step::written, at(written), thread},
          {id, Step::read, at(read), thread},
          {id, Step::finished, at(finished), thread}};
}

std::vector<Event> together(std::initializer_list<std::vector<Event>> tasks) {
  std::vector<Event> events;
  for (const auto& of_task : tasks) events.insert(events.end(), of_task.begin(), of_task.end());
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

// When the server echoed to tasks 1, 2, ...
std::vector<Event> echoes(std::initializer_list<Duration> times) {
  std::vector<Event> events;
  for (const Duration time : times)
    events.push_back({static_cast<int>(events.size()) + 1, Step::echoed, at(time), 9});
  return events;
}

// Two tasks of 2 + 8 + 4 s each, on one thread and on two.
const Workload two_tasks{.tasks = 2, .threads = 2, .cores = 2};
const auto computing_in_turn =
    together({task(1, 1, 0s, 2s, 10s, 14s), task(2, 1, 0s, 2s, 14s, 18s)});
const auto computing_at_once =
    together({task(1, 1, 0s, 2s, 10s, 14s), task(2, 2, 0s, 2s, 10s, 14s)});
const auto echoed_at_once = echoes({10s, 10s});

TEST(Structure, CountsThreadsOverlapsAndHops) {
  EXPECT_EQ(structure_of(computing_at_once),
            (Structure{.threads = 2, .max_in_flight = 2, .max_computing = 2, .thread_hops = 0}));

  auto hopping = task(1, 1, 0s, 2s, 10s, 14s);
  hopping[1].thread = 7;
  EXPECT_EQ(structure_of(hopping),
            (Structure{.threads = 2, .max_in_flight = 1, .max_computing = 1, .thread_hops = 2}));
}

TEST(Structure, CountsNoOverlapWhereOneEndsAsTheNextBegins) {
  EXPECT_EQ(structure_of(computing_in_turn).max_computing, 1);
  const auto in_turn = together({task(1, 1, 0s, 2s, 10s, 14s), task(2, 1, 14s, 16s, 24s, 28s)});
  EXPECT_EQ(structure_of(in_turn).max_in_flight, 1);
}

// Both are read on thread 1 and computed on thread 2, which takes up the second after the first.
TEST(Structure, CountsATaskThatIsReadAndWaitsForAThreadAsNotComputing) {
  auto handed_over = together({task(1, 1, 0s, 2s, 10s, 14s), task(2, 1, 0s, 2s, 10s, 18s)});
  for (Event& event : handed_over)
    if (event.step == Step::finished) event.thread = 2;
  EXPECT_EQ(structure_of(handed_over).max_computing, 1);
}

TEST(Structure, IsThatOfTheTasksThatThereAre) {
  auto without_the_second = together({task(1, 1, 0s, 2s, 10s, 14s), task(3, 2, 0s, 2s, 10s, 14s)});
  EXPECT_EQ(structure_of(without_the_second),
            (Structure{.threads = 2, .max_in_flight = 2, .max_computing = 2, .thread_hops = 0}));
  EXPECT_EQ(structure_of({}), Structure{});
}

TEST(Verdict, IsAsPredictedForWhatTheModelsRowExpects) {
  EXPECT_EQ(judge(*find_model("async_single_thread"), two_tasks, computing_in_turn, echoed_at_once),
            as_predicted);
  EXPECT_EQ(judge(*find_model("thread_per_task"), two_tasks, computing_at_once, echoed_at_once),
            as_predicted);
}

TEST(Verdict, NamesTooManyThreads) {
  EXPECT_EQ(judge(*find_model("async_single_thread"), two_tasks, computing_at_once, echoed_at_once),
            "2 threads, 1 expected");
}

TEST(Verdict, NamesTooFewAtOnceWhereAllCouldHaveBeen) {
  EXPECT_EQ(judge(*find_model("async_multi_thread"), two_tasks, computing_in_turn, echoed_at_once),
            "1 computing at once, 2 expected");
}

TEST(Verdict, AsksForNoOverlapThatTheRepliesDidNotAllow) {
  const auto spread = together({task(1, 1, 0s, 2s, 10s, 14s), task(2, 2, 0s, 2s, 15s, 19s)});
  EXPECT_EQ(judge(*find_model("async_multi_thread"), two_tasks, spread, echoes({10s, 15s})),
            as_predicted);
}

TEST(Verdict, NamesTooManyInFlight) {
  EXPECT_EQ(judge(*find_model("sequential"), two_tasks, computing_in_turn, echoed_at_once),
            "2 in flight at once, 1 expected");
}

}  // namespace
}  // namespace waitbench
