// Every model, as a process against a real server: it does the whole job, in the structure that its
// row in the table promises.
#include "bench/models/models.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "bench/run/scenario.hpp"
#include "support/temporary_directory.hpp"
#include "tests/built_models.hpp"

namespace waitbench {

void PrintTo(const Model& model, std::ostream* out) {
  *out << model.name;
}

namespace {

using namespace std::chrono_literals;

class EveryModel : public testing::TestWithParam<Model> {
 protected:
  waitbench::Run run(const Workload& workload) const {
    const Scenario scenario{.bin_dir = BIN_DIR, .records_dir = directory_.path()};
    return scenario.run(GetParam(), workload, 1).value();
  }

 private:
  TemporaryDirectory directory_;
};

// A fortieth of the original: long enough for a loaded machine to show the overlaps.
const Workload three_tasks{
    .tasks = 3, .threads = 4, .connect = 50ms, .response = 200ms, .compute = 100ms};

// More tasks than threads.
const Workload nine_tasks{
    .tasks = 9, .threads = 2, .connect = 10ms, .response = 40ms, .compute = 20ms};

std::map<int, std::vector<Step>> steps_by_task(const std::vector<Event>& events) {
  std::map<int, std::vector<Step>> steps;
  for (const Event& event : events) steps[event.task].push_back(event.step);
  return steps;
}

TEST_P(EveryModel, TakesEachTaskThroughTheSameStepsInTheSameOrder) {
  const waitbench::Run done = run(three_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  const std::vector<Step> steps{Step::started, Step::written, Step::read, Step::finished};
  EXPECT_EQ(steps_by_task(done.events),
            (std::map<int, std::vector<Step>>{{1, steps}, {2, steps}, {3, steps}}));
}

TEST_P(EveryModel, SendsEachLabelOnceAndTheServerEchoesIt) {
  const waitbench::Run done = run(nine_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  const auto steps = steps_by_task(done.server_events);
  ASSERT_EQ(steps.size(), 9U);
  for (const auto& [task, of_task] : steps)
    EXPECT_EQ(of_task, (std::vector{Step::accepted, Step::echoed, Step::closed}))
        << "task " << task;
}

TEST_P(EveryModel, HasTheStructureThatItsRowExpects) {
  const waitbench::Run done = run(three_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_EQ(done.verdict, as_predicted);
  EXPECT_LE(done.structure->threads, threads_at_most(GetParam().facts, three_tasks));
  EXPECT_EQ(done.structure->max_in_flight, at_once(GetParam().facts.under_way, three_tasks));
}

TEST_P(EveryModel, KeepsItsStructureWithMoreTasksThanThreads) {
  const waitbench::Run done = run(nine_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_EQ(done.verdict, as_predicted);
  EXPECT_LE(done.structure->max_computing, at_once(GetParam().facts.computing, nine_tasks));
}

TEST_P(EveryModel, EndsNoEarlierThanPredicted) {
  const waitbench::Run done = run(nine_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_GE(*done.makespan, done.predicted());
}

TEST_P(EveryModel, ReadsNoReplyBeforeTheServerSentIt) {
  const waitbench::Run done = run(three_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  for (const Event& echoed : done.server_events) {
    if (echoed.step != Step::echoed) continue;
    for (const Event& event : done.events)
      if (event.task == echoed.task && event.step == Step::read) {
        EXPECT_GE(event.time, echoed.time) << "task " << event.task;
      }
  }
}

TEST_P(EveryModel, TellsWhatClientAndServerUsed) {
  const waitbench::Run done = run(three_tasks);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  for (const auto& use : {done.client, done.server}) {
    ASSERT_TRUE(use);
    EXPECT_GT(use->peak_rss_bytes, 100'000);
    EXPECT_GE(use->peak_threads, 1);
    EXPECT_GT(use->voluntary_switches, 0) << "it waited";
  }
}

TEST_P(EveryModel, BurnsCpuWhenAskedTo) {
  const Workload burning{.tasks = 2,
                         .connect = 0s,
                         .response = 0s,
                         .compute = 50ms,
                         .compute_kind = ComputeKind::burn};
  const waitbench::Run done = run(burning);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_GE(done.client->user_s + done.client->system_s, 0.1);
}

// The tasks' own stages are held against what was asked for.
TEST_P(EveryModel, ComputesEverySecondTaskLongerWhenAskedTo) {
  Workload uneven = nine_tasks;
  uneven.uneven = 2;
  const waitbench::Run done = run(uneven);
  EXPECT_EQ(done.status, Status::ok) << done.message;
  EXPECT_EQ(done.verdict, as_predicted);
}

// 40 tasks that arrive at twice the rate at which one thread could compute them.
const Workload arriving{.tasks = 40,
                        .threads = 2,
                        .connect = 1ms,
                        .response = 4ms,
                        .compute = 2ms,
                        .arrivals = Arrivals{.rate = 1000, .seed = 1}};

TEST_P(EveryModel, StartsNoTaskBeforeItIsDue) {
  const waitbench::Run done = run(arriving);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  ASSERT_EQ(done.due.size(), 40U);
  for (const Event& event : done.events)
    if (event.step == Step::started) {
      EXPECT_GE(event.time, done.due[static_cast<size_t>(event.task - 1)]) << "task " << event.task;
    }
}

TEST_P(EveryModel, KeepsItsStructureWhereTasksArriveOverTime) {
  const waitbench::Run done = run(arriving);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_EQ(done.verdict, as_predicted);
  EXPECT_LE(done.structure->max_in_flight, at_once(GetParam().facts.under_way, arriving));
}

TEST_P(EveryModel, GivesEachTaskThatArrivesAllOfItsStages) {
  const waitbench::Run done = run(arriving);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  for (const Event& event : done.events)
    if (event.step == Step::finished) {
      EXPECT_GE(event.time - done.due[static_cast<size_t>(event.task - 1)], 7ms)
          << "task " << event.task;
    }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(built_models()),
                         [](const auto& parameter) { return std::string{parameter.param.name}; });

}  // namespace
}  // namespace waitbench
