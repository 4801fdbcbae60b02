// What the table of models predicts, beyond the published workload that the compiler checks.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "bench/models/prediction.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

Seconds predict(std::string_view model, const Workload& workload) {
  return predicted_makespan(*find_model(model), workload);
}

TEST(Predictions, ServeTheTasksInAsManyRoundsAsThreadsNeed) {
  const Workload seven_on_three{.tasks = 7, .threads = 3, .cores = 1};
  EXPECT_EQ(predict("async_multi_thread", seven_on_three), Seconds{2 + 8 + 3 * 4});
  EXPECT_EQ(predict("async_single_thread", seven_on_three), Seconds{2 + 8 + 7 * 4});
  EXPECT_EQ(predict("thread_per_task", seven_on_three), Seconds{14});
  EXPECT_EQ(predict("thread_pool", seven_on_three), Seconds{3 * 14});
  EXPECT_EQ(predict("async_offload", seven_on_three), Seconds{2 + 8 + 3 * 4});
  EXPECT_EQ(predict("sequential", seven_on_three), Seconds{7 * 14});
}

TEST(Predictions, DontMindTheCoresWhileThreadsAreHeld) {
  const Workload one_core{.tasks = 3, .threads = 3, .cores = 1};
  EXPECT_EQ(predict("thread_per_task", one_core), Seconds{14});
}

TEST(Predictions, OfSeveralClientsAreThoseOfTheLargestShare) {
  const Workload split{.tasks = 7, .threads = 2, .cores = 4, .clients = 3};
  EXPECT_EQ(share_of(0, split).tasks, 3);
  EXPECT_EQ(share_of(1, split).tasks, 2);
  EXPECT_EQ(share_of(2, split).tasks, 2);
  EXPECT_EQ(predict("async_single_thread", split), Seconds{2 + 8 + 3 * 4});
  EXPECT_EQ(predict("async_multi_thread", split), Seconds{2 + 8 + 2 * 4});
  const auto expected = expected_structure(find_model("async_single_thread")->facts, split);
  EXPECT_EQ(expected.in_flight, 7);
  EXPECT_EQ(expected.threads_at_most, 3);
}

TEST(Predictions, StretchBurningOverTheCoresThatThreadsShare) {
  const Workload burn{.tasks = 3, .threads = 4, .cores = 2, .compute_kind = ComputeKind::burn};
  EXPECT_EQ(predict("thread_per_task", burn), Seconds{10 + 6}) << "three stages on two cores";
  EXPECT_EQ(predict("async_multi_thread", burn), Seconds{10 + 6});
  EXPECT_EQ(predict("thread_pool", burn), Seconds{10 + 6});
  EXPECT_EQ(predict("async_single_thread", burn), Seconds{10 + 12});
  EXPECT_EQ(predict("sequential", burn), Seconds{42});
}

TEST(Predictions, AreWholeForADayOfWaitingTimesTenMillionTasks) {
  const Workload huge{.tasks = 10'000'000, .threads = 1, .connect = 24h};
  EXPECT_EQ(predict("sequential", huge), 10'000'000 * Seconds{24 * 3600 + 12});
}

TEST(Models, HaveAFileInClientsEachAndARowEach) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/clients"})
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem());
  std::set<std::string> rows;
  for (const Model& model : models) rows.emplace(model.name);
  EXPECT_EQ(files, rows);
}

}  // namespace
}  // namespace waitbench
