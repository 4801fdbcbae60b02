// What is predicted of tasks that arrive over time.
#include "bench/models/prediction.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<Duration>;

Times ends(std::string_view model, const Workload& workload, const Times& arrivals) {
  return predicted_ends(*find_model(model), workload, arrivals);
}

std::optional<double> saturation(std::string_view model, const Workload& workload) {
  return saturation_rate(*find_model(model), workload);
}

// --- Against the formulas ------------------------------------------------------------------------

class EveryRow : public testing::TestWithParam<std::string> {
 protected:
  const Model& model_ = *find_model(GetParam());
};

// Whatever the workload, tasks that are all there at once end when the model's formula says.
TEST_P(EveryRow, EndsAsItsFormulaSaysWhereAllArriveAtOnce) {
  std::mt19937 random{1};
  const auto up_to = [&](int most) { return std::uniform_int_distribution{0, most}(random); };
  for (int trial = 0; trial < 300; ++trial) {
    const Workload workload{.tasks = 1 + up_to(60),
                            .threads = 1 + up_to(9),
                            .cores = 1 + up_to(5),
                            .connect = up_to(2000) * 1us,
                            .response = up_to(2000) * 1us,
                            .compute = up_to(2000) * 1us,
                            .compute_kind = trial % 2 == 0 ? ComputeKind::hold : ComputeKind::burn};
    const Times at_once(static_cast<size_t>(workload.tasks));
    const auto all = predicted_ends(model_, workload, at_once);
    EXPECT_NEAR(Seconds{std::ranges::max(all)}.count(), closed_form(model_.facts, workload).count(),
                1e-6)
        << workload.tasks << " tasks, " << workload.threads << " threads";
  }
}

TEST_P(EveryRow, TakesATaskAloneNoLongerThanItsStages) {
  const Workload workload{.tasks = 1, .connect = 3ms, .response = 5ms, .compute = 7ms};
  EXPECT_EQ(predicted_ends(model_, workload, {100ms}), (Times{115ms}));
}

// Below the rate that saturates it the last of many tasks takes as long as others before it; above,
// as long as the surplus of all tasks takes.
TEST_P(EveryRow, KeepsUpBelowItsSaturationAndFallsBehindAboveIt) {
  Workload workload{.tasks = 1000, .threads = 3, .connect = 2ms, .response = 8ms, .compute = 4ms};
  const auto rate = saturation_rate(model_, workload);
  if (!rate) {
    EXPECT_EQ(GetParam(), "thread_per_task");
    return;
  }
  const auto last_latency = [&](double share) {
    Times arrivals;
    for (int i = 1; i <= workload.tasks; ++i)
      arrivals.push_back(std::chrono::round<Duration>(Seconds{i / (share * *rate)}));
    return Seconds{predicted_ends(model_, workload, arrivals).back() - arrivals.back()};
  };
  EXPECT_LT(last_latency(0.9), Seconds{100ms});
  EXPECT_NEAR(last_latency(2).count(), 1000 / *rate / 2, 0.1 * 1000 / *rate);
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const Model& model : models) names.emplace_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, EveryRow, testing::ValuesIn(all_names()),
                         [](const auto& parameter) { return parameter.param; });

// --- By hand -------------------------------------------------------------------------------------

const Workload three{.tasks = 3, .threads = 2, .connect = 1s, .response = 2s, .compute = 4s};

TEST(Queue, OfOneAtATimeLetsThoseWaitThatComeMeanwhile) {
  EXPECT_EQ(ends("sequential", three, {0s, 1s, 20s}), (Times{7s, 14s, 27s}));
  EXPECT_EQ(ends("async_serial", three, {0s, 1s, 20s}), (Times{7s, 14s, 27s}));
}

TEST(Queue, OfAPoolLetsThoseWaitThatFindAllItsThreadsTaken) {
  EXPECT_EQ(ends("thread_pool", three, {0s, 1s, 2s}), (Times{7s, 8s, 14s}));
}

TEST(Queue, OfAThreadPerTaskLetsNobodyWait) {
  EXPECT_EQ(ends("thread_per_task", three, {0s, 1s, 2s}), (Times{7s, 8s, 9s}));
}

// The third arrives while both computing threads of the pool are taken, but not its loop.
TEST(Queue, OfAnOffloadingLoopLetsOnlyComputingWait) {
  EXPECT_EQ(ends("async_offload", three, {0s, 1s, 4s}), (Times{7s, 8s, 11s}));
  EXPECT_EQ(ends("async_offload", three, {0s, 1s, 2s}), (Times{7s, 8s, 11s}));
}

// The second is due at 4, when the one thread computes (3 to 7), and starts at 7.
TEST(Queue, OfOneThreadLetsATaskWaitForItToStart) {
  EXPECT_EQ(ends("async_single_thread", three, {0s, 4s, 20s}), (Times{7s, 14s, 27s}));
}

// Due at 2, started at 2, but at 3, when it should connect, the thread is taken until 7.
TEST(Queue, OfOneThreadLetsATaskWaitForItToConnect) {
  EXPECT_EQ(ends("async_single_thread", three, {0s, 2s, 20s}), (Times{7s, 13s, 27s}));
}

// The third task is the first one's thread's, whoever is free.
TEST(Queue, OfALoopPerThreadLetsATaskWaitForItsOwnThread) {
  EXPECT_EQ(ends("async_loop_per_thread", three, {0s, 20s, 1s}), (Times{7s, 27s, 11s}));
  EXPECT_EQ(ends("async_multi_thread", three, {0s, 20s, 1s}), (Times{7s, 27s, 8s}));
}

TEST(PredictedMakespan, IsTheFormulasWhereTasksDontArriveOverTime) {
  EXPECT_EQ(predicted_makespan(*find_model("sequential"), three), Seconds{21});
}

TEST(PredictedMakespan, IsTheLastEndWhereTheyDo) {
  Workload slow = three;
  slow.arrivals = {.rate = 0.1, .kind = ArrivalKind::even};
  EXPECT_EQ(predicted_makespan(*find_model("sequential"), slow), Seconds{37});
}

TEST(PredictedInFlight, AreAllThatTheRowAllowsUnlessTasksArriveSlowly) {
  const auto in_flight = [](std::string_view model, std::optional<double> rate) {
    Workload workload = three;
    if (rate) workload.arrivals = {.rate = *rate, .kind = ArrivalKind::even};
    return predicted_in_flight(*find_model(model), workload);
  };
  EXPECT_EQ(in_flight("thread_per_task", {}), 3);
  EXPECT_EQ(in_flight("thread_per_task", 1), 3);
  EXPECT_EQ(in_flight("thread_per_task", 0.2), 2) << "one every 5 s, which takes 7 s";
  EXPECT_EQ(in_flight("thread_per_task", 0.1), 1);
  EXPECT_EQ(in_flight("sequential", 1), 1);
}

// --- Stages --------------------------------------------------------------------------------------

std::vector<PredictedTask> tasks(std::string_view model, const Workload& workload) {
  return predicted_tasks(*find_model(model), workload);
}

TEST(Stages, OfOneThreadComputeInTurn) {
  EXPECT_EQ(tasks("async_single_thread", three),
            (std::vector<PredictedTask>{{0s, 1s, 3s, 3s, 3s, 7s, 1},
                                        {0s, 1s, 3s, 7s, 7s, 11s, 1},
                                        {0s, 1s, 3s, 11s, 11s, 15s, 1}}));
}

TEST(Stages, OfALoopPerThreadComputeInTurnOnEachThread) {
  EXPECT_EQ(
      tasks("async_loop_per_thread", three),
      (std::vector<PredictedTask>{
          {0s, 1s, 3s, 3s, 3s, 7s, 1}, {0s, 1s, 3s, 3s, 3s, 7s, 2}, {0s, 1s, 3s, 7s, 7s, 11s, 1}}));
}

// --- Every second task computes longer -----------------------------------------------------------

Times uneven_ends(std::string_view model, ComputeKind kind = ComputeKind::hold) {
  const Workload workload{.tasks = 4,
                          .threads = 2,
                          .cores = 1,
                          .connect = 1s,
                          .response = 2s,
                          .compute = 4s,
                          .compute_kind = kind,
                          .uneven = 3};
  return ends(model, workload, Times(4));
}

TEST(Uneven, AddsUpOnOneThread) {
  EXPECT_EQ(uneven_ends("async_single_thread"), (Times{7s, 19s, 23s, 35s}));
}

TEST(Uneven, IsBalancedWhereAnyThreadTakesTheNextTask) {
  EXPECT_EQ(uneven_ends("async_multi_thread"), (Times{7s, 15s, 11s, 23s}));
}

TEST(Uneven, IsNotBalancedWhereTasksAreDealtOut) {
  EXPECT_EQ(uneven_ends("async_loop_per_thread"), (Times{7s, 15s, 11s, 27s}));
}

// Four share one core until 19, when both short ones are done, and two from then on.
TEST(Uneven, LetsTheShorterEndFirstWhereAllShareACore) {
  EXPECT_EQ(uneven_ends("thread_per_task", ComputeKind::burn), (Times{19s, 35s, 19s, 35s}));
}

TEST(Uneven, HasNoFormula) {
  const Model& model = *find_model("async_single_thread");
  EXPECT_EQ(predicted_formula(model, {.uneven = 1}), "c+r+Nk");
  EXPECT_EQ(predicted_formula(model, {.uneven = 2}), "simulated");
  EXPECT_EQ(predicted_makespan(model, {.uneven = 2}), Seconds{26});
}

TEST(Uneven, SaturatesAsTheTasksDoOnAverage) {
  EXPECT_EQ(saturation("async_single_thread", {.compute = 10ms, .uneven = 3}), 50);
}

TEST(Stages, OfAPoolThatBlocksComeInRounds) {
  EXPECT_EQ(tasks("thread_pool", three),
            (std::vector<PredictedTask>{{0s, 1s, 3s, 3s, 3s, 7s, 1},
                                        {0s, 1s, 3s, 3s, 3s, 7s, 2},
                                        {7s, 8s, 10s, 10s, 10s, 14s, 1}}));
}

TEST(Stages, OfThreadsThatBurnShareTheCores) {
  Workload burning = three;
  burning.cores = 2;
  burning.compute_kind = ComputeKind::burn;
  for (const PredictedTask& task : tasks("thread_per_task", burning)) {
    EXPECT_EQ(task.computes, 3s);
    EXPECT_EQ(task.finished, 9s) << "three that compute for 4 s on two cores";
  }
}

TEST(Stages, OfSeveralClientsAreOneAfterTheOther) {
  Workload split = three;
  split.clients = 2;
  EXPECT_EQ(tasks("sequential", split), (std::vector<PredictedTask>{{0s, 1s, 3s, 3s, 3s, 7s, 1},
                                                                    {7s, 8s, 10s, 10s, 10s, 14s, 1},
                                                                    {0s, 1s, 3s, 3s, 3s, 7s, 1}}));
}

// --- Servers that serve one at a time
// --------------------------------------------------------------

Duration last_end(std::string_view model, int server_places, const Workload& workload) {
  Duration last{0};
  for (const PredictedTask& task : simulate(find_model(model)->facts, server_places, workload,
                                            Times(static_cast<size_t>(workload.tasks))))
    last = std::max(last, task.finished);
  return last;
}

// c+r+(N-1)max(r,k)+k: a task closes its connection before it computes, and reads only when its
// thread is free.
TEST(OnePlaceAtTheServer, HoldsUpOneThreadByWhateverTakesLonger) {
  Workload workload{.tasks = 5, .connect = 1s, .response = 2s, .compute = 3s};
  EXPECT_EQ(last_end("async_single_thread", 1, workload), 1s + 2s + 4 * 3s + 3s);
  workload.compute = 1s;
  EXPECT_EQ(last_end("async_single_thread", 1, workload), 1s + 2s + 4 * 2s + 1s);
}

TEST(OnePlaceAtTheServer, MakesAThreadPerTaskWaitForItsTurnThere) {
  const Workload workload{.tasks = 5, .connect = 1s, .response = 2s, .compute = 3s};
  EXPECT_EQ(last_end("thread_per_task", 1, workload), 1s + 5 * 2s + 3s);
}

TEST(OnePlaceAtTheServer, ChangesNothingForOneTaskAtATime) {
  const Workload workload{.tasks = 5, .connect = 1s, .response = 2s, .compute = 3s};
  EXPECT_EQ(last_end("sequential", 1, workload), last_end("sequential", any_number, workload));
}

// --- Formulas in words
// -----------------------------------------------------------------------------

TEST(Formulas, AreThoseThatHoldWhereThreadsBurnTheCoresTheyShare) {
  const Facts all_on_threads = find_model("async_multi_thread")->facts;
  Workload burning{.tasks = 8, .threads = 8, .cores = 2, .compute_kind = ComputeKind::burn};
  EXPECT_EQ(formula_of(all_on_threads, burning), "c+r+(N/C)k");
  burning.tasks = 9;
  EXPECT_EQ(formula_of(all_on_threads, burning), "c+r+floor(N/T)(T/C)k+k");
  burning.cores = 8;
  EXPECT_EQ(formula_of(all_on_threads, burning), "c+r+ceil(N/T)k");
}

TEST(Formulas, AreOneForEachPairOfCounts) {
  const auto formula = [](std::string_view model) { return find_model(model)->formula(); };
  EXPECT_EQ(formula("sequential"), "N(c+r+k)");
  EXPECT_EQ(formula("async_single_thread"), "c+r+Nk");
  EXPECT_EQ(formula("async_multi_thread"), "c+r+ceil(N/T)k");
  EXPECT_EQ(formula("thread_pool"), "ceil(N/T)(c+r+k)");
  EXPECT_EQ(formula("thread_per_task"), "c+r+k");
}

// --- Saturation ----------------------------------------------------------------------------------

TEST(Saturation, IsWhatTheThreadsThatComputeCanTake) {
  EXPECT_EQ(saturation("async_single_thread", three), 0.25);
  EXPECT_EQ(saturation("epoll_loop", three), 0.25);
  EXPECT_EQ(saturation("async_multi_thread", three), 0.5);
  EXPECT_EQ(saturation("async_offload", three), 0.5);
}

TEST(Saturation, ComesEarlierWherePlacesAreKeptThroughTheWaits) {
  EXPECT_EQ(saturation("sequential", three), 1.0 / 7);
  EXPECT_EQ(saturation("async_serial", three), 1.0 / 7);
  EXPECT_EQ(saturation("thread_pool", three), 2.0 / 7);
}

TEST(Saturation, DoesNotDependOnTheNumberOfTasks) {
  Workload one = three;
  one.tasks = 1;
  EXPECT_EQ(saturation("thread_pool", one), 2.0 / 7);
  EXPECT_EQ(saturation("async_multi_thread", one), 0.5);
}

TEST(Saturation, IsNotKnownOfAThreadPerTaskOrWhereNothingIsComputed) {
  EXPECT_EQ(saturation("thread_per_task", three), std::nullopt);
  Workload idle = three;
  idle.compute = 0s;
  EXPECT_EQ(saturation("async_single_thread", idle), std::nullopt);
  EXPECT_EQ(saturation("thread_pool", idle), 2.0 / 3);
}

}  // namespace
}  // namespace waitbench
