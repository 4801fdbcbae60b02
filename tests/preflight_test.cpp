// What is needed against what there is, before anything is started.
#include "bench/run/preflight.hpp"

#include <gtest/gtest.h>

#include "bench/run/scenario.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr Limits roomy{};

Workload of_tasks(int tasks, int clients = 1) {
  return {.tasks = tasks, .threads = 4, .clients = clients};
}

std::optional<PredictedRefusal> refusal(std::string_view model, const Workload& workload,
                                        const Limits& limits) {
  return predict_refusal(*find_model(model), workload, limits);
}

TEST(Preflight, RefusesNothingThatThereIsRoomFor) {
  for (const Model& model : models)
    EXPECT_FALSE(predict_refusal(model, of_tasks(1000), roomy)) << model.name;
}

TEST(Preflight, RefusesMoreSocketsThanAProcessMayHaveDescriptors) {
  const Limits limits{.descriptors = 116};
  EXPECT_FALSE(refusal("epoll_loop", of_tasks(100), limits));
  const auto refused = refusal("epoll_loop", of_tasks(101), limits);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->tasks, 100);
  EXPECT_EQ(refused->reason,
            "101 sockets at once, and a process may have 116 descriptors open (ulimit -n); --split "
            "uses more processes");
}

TEST(Preflight, CountsTheSocketsThatAModelHasAtOnce) {
  const Limits limits{.descriptors = 100};
  EXPECT_FALSE(refusal("sequential", of_tasks(1000), limits));
  EXPECT_FALSE(refusal("thread_pool", of_tasks(1000), limits));
  EXPECT_TRUE(refusal("async_offload", of_tasks(1000), limits));
}

TEST(Preflight, RefusesWhatTheModelItselfCannotWatch) {
  EXPECT_FALSE(refusal("select_loop", of_tasks(1008), roomy));
  const auto refused = refusal("select_loop", of_tasks(1009), roomy);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->tasks, 1008);
  EXPECT_EQ(refused->reason,
            "1009 sockets at once, and select_loop can watch descriptors below 1024 only");
}

TEST(Preflight, RefusesMoreThreadsThanAProcessOrTheSystemHasRoomFor) {
  const auto of_process = refusal("thread_per_task", of_tasks(1000), {.threads = 503});
  ASSERT_TRUE(of_process);
  EXPECT_EQ(of_process->tasks, 500);
  EXPECT_NE(of_process->reason.find("vm.max_map_count"), std::string::npos);

  const auto of_system = refusal("thread_per_task", of_tasks(1000), {.threads_together = 503});
  ASSERT_TRUE(of_system);
  EXPECT_EQ(of_system->tasks, 500);
  EXPECT_NE(of_system->reason.find("kernel.pid_max"), std::string::npos);
  EXPECT_FALSE(refusal("async_multi_thread", of_tasks(1000), {.threads_together = 503}));
}

TEST(Preflight, GivesEachClientTheLimitsOfAProcess) {
  const Limits limits{.descriptors = 116};
  EXPECT_EQ(clients_needed(100, limits), 1);
  EXPECT_EQ(clients_needed(101, limits), 2);
  EXPECT_EQ(clients_needed(201, limits), 3);
  EXPECT_FALSE(refusal("epoll_loop", of_tasks(300, 3), limits));
  const auto refused = refusal("epoll_loop", of_tasks(301, 3), limits);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->tasks, 300);
}

TEST(Preflight, SpreadsConnectionsOverAddressesBeforePortsRunShort) {
  const auto addresses = [](int tasks, const Limits& limits) {
    return addresses_needed(*find_model("epoll_loop"), of_tasks(tasks), limits);
  };
  EXPECT_EQ(addresses(14'116, {.ports = 14'116}), 1);
  EXPECT_EQ(addresses(14'117, {.ports = 14'116}), 2);
  EXPECT_EQ(addresses(14'117, roomy), 1);
  EXPECT_EQ(addresses_needed(*find_model("sequential"), of_tasks(14'117), {.ports = 14'116}), 1);
}

TEST(Preflight, FindsTheMostTasksThatFitIntoATime) {
  const auto& model = *find_model("sequential");  // 14 s a task
  EXPECT_EQ(most_tasks_within(model, of_tasks(100), 60s), 4);
  EXPECT_EQ(most_tasks_within(model, of_tasks(2), 60s), 2);
  EXPECT_EQ(most_tasks_within(model, of_tasks(100), 1s), 0);
}

TEST(Limits, AreThoseOfThisProcess) {
  const Limits limits = read_limits();
  EXPECT_GT(limits.descriptors, 0);
  EXPECT_GT(limits.threads, 0);
  EXPECT_GT(limits.threads_together, 0);
  EXPECT_GT(limits.ports, 0);
  EXPECT_GT(limits.cores, 0);
}

// --- In a run ------------------------------------------------------------------------------------

class Runs : public testing::Test {
 protected:
  waitbench::Run run(std::string_view model, int tasks, int clients,
                     Limits limits = read_limits()) {
    const Workload quick{.tasks = tasks,
                         .threads = 2,
                         .clients = clients,
                         .connect = 1ms,
                         .response = response_,
                         .compute = 0s};
    const Scenario scenario{.bin_dir = bin_dir_,
                            .records_dir = directory_.path(),
                            .longest_run = longest_run_,
                            .limits = [limits] { return limits; }};
    return scenario.run(*find_model(model), quick, 1).value();
  }

  Duration response_ = 50ms;
  std::optional<Duration> longest_run_;
  std::filesystem::path bin_dir_ = BIN_DIR;

 private:
  TemporaryDirectory directory_;
};

TEST_F(Runs, WithSeveralClientsHaveEveryTaskOnceUnderItsOwnNumber) {
  const waitbench::Run done = run("async_single_thread", 7, 3);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  std::set<int> tasks;
  std::set<int> threads;
  for (const Event& event : done.events) {
    tasks.insert(event.task);
    threads.insert(event.thread);
  }
  EXPECT_EQ(tasks, (std::set{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(done.events.size(), 4U * 7);
  EXPECT_EQ(threads.size(), 3U) << "one of each client";
  EXPECT_EQ(done.server_events.size(), 3U * 7);
  EXPECT_EQ(done.verdict, as_predicted);
}

TEST_F(Runs, WithSeveralClientsCountTheThreadsOfAllOfThem) {
  response_ = 500ms;
  const waitbench::Run done = run("thread_per_task", 7, 3);
  ASSERT_EQ(done.status, Status::ok) << done.message;
  EXPECT_GE(done.client->peak_threads, 7 + 3) << "one a task, and the first of each client";
}

TEST_F(Runs, OverSeveralAddressesConnectToAllOfThem) {
  for (const std::string_view model : {"thread_per_task", "async_multi_thread", "epoll_loop",
                                       "callbacks", "generator_loop", "async_offload"}) {
    const waitbench::Run done = run(model, 5, 1, {.ports = 2});
    EXPECT_EQ(done.status, Status::ok) << done.message;
    EXPECT_EQ(done.addresses, 3) << model;
  }
}

TEST_F(Runs, ThatAreRefusedBeforehandStartNothingAndDidNotFail) {
  const waitbench::Run refused = run("epoll_loop", 100, 1, {.descriptors = 50});
  EXPECT_EQ(refused.status, Status::refused);
  EXPECT_TRUE(refused.message.starts_with("preflight: 100 sockets at once")) << refused.message;
  ASSERT_TRUE(refused.refusal);
  EXPECT_TRUE(refused.refusal->predicted);
  EXPECT_EQ(refused.refusal->tasks, 34);
  EXPECT_FALSE(refused.has_failed());
  EXPECT_TRUE(refused.server_events.empty());
}

TEST_F(Runs, ThatWouldTakeTooLongAreRefusedBeforehand) {
  longest_run_ = 200ms;
  const waitbench::Run refused = run("sequential", 100, 1);
  EXPECT_EQ(refused.message,
            "preflight: predicted to take 5.1 s, and no run may take longer than 0.2 s "
            "(--longest-run)");
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->tasks, 3);
}

// A limit that drops after the preflight has looked.
TEST_F(Runs, ThatTheSystemRefusesTellHowManyTasksHadStarted) {
  const TemporaryDirectory bin;
  std::filesystem::create_symlink(BIN_DIR "/echo_server", bin.path() / "echo_server");
  const auto client = bin.path() / "client_epoll_loop";
  std::ofstream{client} << "#!/bin/sh\nulimit -n 20; exec " BIN_DIR "/client_epoll_loop \"$@\"\n";
  std::filesystem::permissions(client, std::filesystem::perms::owner_all);
  bin_dir_ = bin.path();

  const waitbench::Run refused = run("epoll_loop", 100, 1);
  EXPECT_EQ(refused.status, Status::refused);
  EXPECT_TRUE(refused.has_failed()) << "it was not predicted";
  ASSERT_TRUE(refused.refusal);
  EXPECT_FALSE(refused.refusal->predicted);
  EXPECT_EQ(refused.refusal->tasks, 100) << refused.message;
}

TEST(SoftLimits, AreRaisedAsFarAsTheHardOnes) {
  const TemporaryDirectory directory;
  const Ended ended =
      run_to_end(with_limit("ulimit -Sn 64", {BIN_DIR "/waitbench", "--models", "epoll_loop",
                                              "--tasks", "200", "--time-scale", "0.01", "--compute",
                                              "0s", "--results", directory.path() / "results"}));
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_EQ(ended.errors.find("refused"), std::string::npos) << ended.errors;
}

}  // namespace
}  // namespace waitbench
