// Clients and servers that misbehave become failed runs with their reason.
#include "bench/run/scenario.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bench/records/stages.hpp"
#include "support/temporary_directory.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr auto finds_events_file = "while [ \"$1\" != --events ]; do shift; done; events=$2; ";

// It goes on with its arguments as they were.
constexpr auto leaves_a_report =
    "after_report() { while [ \"$1\" != --report ]; do shift; done; echo '{\"ending\": \"ok\", "
    "\"message\": \"\", \"started\": 1, \"peak_rss_bytes\": 1}' > \"$2\"; }; after_report \"$@\"; ";

// A directory of programs in which the real server stands beside a client of the test's own.
class Misbehaving : public testing::Test {
 protected:
  Misbehaving() {
    std::filesystem::create_directory(bin());
    std::filesystem::create_directory(records());
    std::filesystem::create_symlink(BIN_DIR "/echo_server", bin() / "echo_server");
  }

  std::filesystem::path bin() const { return directory_.path() / "bin"; }
  std::filesystem::path records() const { return directory_.path() / "records"; }

  void write_program(const std::string& name, const std::string& script) const {
    std::filesystem::remove(bin() / name);
    std::ofstream{bin() / name} << "#!/bin/sh\n" << script << '\n';
    std::filesystem::permissions(bin() / name, std::filesystem::perms::owner_all);
  }

  waitbench::Run run_with_client(const std::string& script,
                                 std::optional<Duration> timeout = {}) const {
    write_program("client_sequential", script);
    return run(timeout);
  }

  waitbench::Run run(std::optional<Duration> timeout = {}) const {
    const Scenario scenario{.bin_dir = bin(), .records_dir = records(), .timeout = timeout};
    const Workload instant{.tasks = 1, .connect = 0s, .response = 0s, .compute = 0s};
    return scenario.run(*find_model("sequential"), instant, 0).value();
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(Misbehaving, ClientThatCrashesFailsTheRun) {
  const waitbench::Run run = run_with_client("kill -SEGV $$");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message, "client: killed by signal 11 (Segmentation fault)");
  EXPECT_FALSE(run.makespan);
  EXPECT_FALSE(run.structure);
}

TEST_F(Misbehaving, ClientThatFailsIsQuoted) {
  const waitbench::Run run = run_with_client("echo 'client: task 1: no luck' >&2; exit 1");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message, "client: exit status 1: client: task 1: no luck");
}

TEST_F(Misbehaving, ClientThatFailsLeavesTheStepsThatHappened) {
  const waitbench::Run run =
      run_with_client(finds_events_file +
                      std::string{"printf 'task,step,ns,thread\\n1,started,5,7\\n' > \"$events\"; "
                                  "exit 1"});
  EXPECT_EQ(run.status, Status::failed);
  ASSERT_EQ(run.events.size(), 1U);
  EXPECT_EQ(run.events.front().step, Step::started);
}

TEST_F(Misbehaving, ClientThatTheSystemRefusesIsARefusal) {
  const waitbench::Run run = run_with_client("echo 'client_x: refused: no threads' >&2; exit 5");
  EXPECT_EQ(run.status, Status::refused);
  EXPECT_EQ(run.message, "client: exit status 5: client_x: refused: no threads");
}

TEST_F(Misbehaving, ClientWhoseReportContradictsItsExitStatusFailsTheRun) {
  const waitbench::Run run = run_with_client(
      "while [ \"$1\" != --report ]; do shift; done; echo '{\"ending\": \"failed\", \"message\": "
      "\"no "
      "luck\", \"started\": 1, \"peak_rss_bytes\": 1}' > \"$2\"");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message, "client: exit status 0, but its report says \"failed\": no luck");
}

TEST_F(Misbehaving, ClientThatLeavesNoReportFailsTheRunNamingTheFile) {
  const waitbench::Run run = run_with_client("exit 0");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("client.json: not a report: can't be opened"), std::string::npos)
      << run.message;
}

// The steps that happened before are on record, the server's among them.
TEST_F(Misbehaving, ClientThatIsEndedAtTheTimeoutLeavesItsSteps) {
  std::filesystem::create_symlink(BIN_DIR "/client_sequential", bin() / "client_sequential");
  const Scenario scenario{.bin_dir = bin(), .records_dir = records(), .timeout = 500ms};
  const Workload endless{.tasks = 2, .connect = 0s, .response = 0s, .compute = 1h};
  const auto run = scenario.run(*find_model("sequential"), endless, 0).value();
  EXPECT_EQ(run.status, Status::timeout);
  std::vector<Step> steps;
  for (const Event& event : run.events) steps.push_back(event.step);
  EXPECT_EQ(steps, (std::vector{Step::started, Step::written, Step::read}));
  steps.clear();
  for (const Event& event : run.server_events) steps.push_back(event.step);
  EXPECT_EQ(steps, (std::vector{Step::accepted, Step::echoed}));
  const auto tasks = tasks_of(run);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks.front().stages.back().stage, Stage::compute);
  EXPECT_EQ(tasks.front().stages.back().end, 500ms)
      << "what has not ended lasts until the run was cut";
}

TEST_F(Misbehaving, ClientThatHangsIsEndedAtTheTimeout) {
  const waitbench::Run run = run_with_client("exec sleep 1000", 50ms);
  EXPECT_EQ(run.status, Status::timeout);
  EXPECT_EQ(run.message, "client: not done after 0.05 s");
}

TEST_F(Misbehaving, ClientThatLeavesNoEventsFailsTheRun) {
  const waitbench::Run run = run_with_client(leaves_a_report + std::string{"exit 0"});
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("client.csv: can't be opened"), std::string::npos) << run.message;
}

TEST_F(Misbehaving, ClientThatRecordsRubbishFailsTheRunNamingTheLine) {
  const waitbench::Run run =
      run_with_client(leaves_a_report + std::string{finds_events_file} +
                      std::string{"printf 'task,step,ns,thread\\n1,danced,5,6\\n' > $events"});
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("client.csv:2: '1,danced,5,6' is not a record"), std::string::npos)
      << run.message;
}

TEST_F(Misbehaving, ClientThatPrintsRubbishWithoutEndIsEndedAtTheTimeout) {
  const waitbench::Run run = run_with_client("exec yes rubbish", 100ms);
  EXPECT_EQ(run.status, Status::timeout);
}

TEST_F(Misbehaving, ClientThatIsMissingFailsTheRunNamingIt) {
  const waitbench::Run run = this->run();
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("can't start"), std::string::npos) << run.message;
  EXPECT_NE(run.message.find("client_sequential: No such file or directory"), std::string::npos)
      << run.message;
}

TEST_F(Misbehaving, ServerThatIsMissingFailsTheRunNamingIt) {
  std::filesystem::remove(bin() / "echo_server");
  const waitbench::Run run = run_with_client("exit 0");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("echo_server: No such file or directory"), std::string::npos)
      << run.message;
}

TEST_F(Misbehaving, ServerThatDoesNotSayWhereItListensFailsTheRun) {
  write_program("echo_server", "echo 'good morning'; exec sleep 1000");
  const waitbench::Run run = run_with_client("exit 0");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("good morning"), std::string::npos) << run.message;
}

TEST_F(Misbehaving, ServerThatFailsIsQuoted) {
  write_program("echo_server", "echo 'echo_server: no port' >&2; exit 1");
  const waitbench::Run run = run_with_client("exit 0");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message, "server: exit status 1: echo_server: no port");
}

TEST_F(Misbehaving, RunThatIsInterruptedIsNoRun) {
  write_program("client_sequential", "exec sleep 1000");
  const Scenario scenario{
      .bin_dir = bin(), .records_dir = records(), .interrupted = [] { return true; }};
  EXPECT_FALSE(scenario.run(*find_model("sequential"), Workload{}, 0));
}

}  // namespace
}  // namespace waitbench
