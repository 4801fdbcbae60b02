// Clients and servers that misbehave become failed runs with their reason.
#include "bench/run/scenario.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bench/records/stages.hpp"
#include "support/temporary_directory.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr auto finds_events_file = "while [ \"$1\" != --events ]; do shift; done; events=$2; ";

// It goes on with its arguments as they were.
constexpr auto leaves_a_report =
    "after_report() { while [ \"$1\" != --report ]; do shift; done; echo '{\"ending\": \"ok\", "
    "\"message\": \"\", \"started\": 1, \"peak_rss_bytes\": 1}' > \"$2\"; }; after_report \"$@\"; ";

// The real client, whose records are then rewritten by `edit`, for sed -E.
std::string client_that_edits_its_records(const std::string& edit) {
  return fmt::format("{} \"$@\" || exit; {} sed -i -E '{}' \"$events\"",
                     BIN_DIR "/client_sequential", finds_events_file, edit);
}

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

  void write_program(const std::string& name, const std::string& script,
                     const std::string& shell = "#!/bin/sh") const {
    std::filesystem::remove(bin() / name);
    std::ofstream{bin() / name} << shell << '\n' << script << '\n';
    std::filesystem::permissions(bin() / name, std::filesystem::perms::owner_all);
  }

  waitbench::Run run_with_client(const std::string& script, std::optional<Duration> timeout = {},
                                 const std::string& shell = "#!/bin/sh") const {
    write_program("client_sequential", script, shell);
    return run(timeout);
  }

  waitbench::Run run(std::optional<Duration> timeout = {}) const {
    const Scenario scenario{.bin_dir = bin(), .records_dir = records(), .timeout = timeout};
    const Workload instant{.tasks = 1, .connect = 0s, .response = 0s, .compute = 0s};
    return scenario.run(*find_model("sequential"), instant, 1).value();
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
  const waitbench::Run run = run_with_client(client_that_edits_its_records("3,$ d") + "; exit 1");
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
  const auto run = scenario.run(*find_model("sequential"), endless, 1).value();
  EXPECT_EQ(run.status, Status::timeout);
  std::vector<Step> steps;
  for (const Event& event : run.events) steps.push_back(event.step);
  EXPECT_EQ(steps, (std::vector{Step::started, Step::written, Step::read}));
  steps.clear();
  for (const Event& event : run.server_events) steps.push_back(event.step);
  EXPECT_EQ(steps, (std::vector{Step::accepted, Step::echoed, Step::closed}));
  const auto tasks = tasks_of(run);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks.front().stages.back().stage, Stage::compute);
  EXPECT_EQ(tasks.front().stages.back().end, 500ms)
      << "what has not ended lasts until the run was cut";
  ASSERT_FALSE(run.at_cut.empty());
  for (const ThreadAtCut& thread : run.at_cut)
    EXPECT_EQ(thread.busy, Busy::sleeping) << "so it computes without needing a core";
}

class Behaving : public Misbehaving {};

TEST_F(Behaving, ServersThreadsAreCountedWhileTheyLive) {
  std::filesystem::create_symlink(BIN_DIR "/client_async_single_thread",
                                  bin() / "client_async_single_thread");
  const Scenario scenario{.bin_dir = bin(), .records_dir = records()};
  const Workload waiting{.tasks = 5, .connect = 0s, .response = 500ms, .compute = 0s};
  const auto run = scenario
                       .run(*find_model("async_single_thread"), waiting, 1,
                            *find_server("thread_per_connection"))
                       .value();
  EXPECT_EQ(run.status, Status::ok) << run.message;
  EXPECT_GE(run.server.value_or(ProcessUse{}).peak_threads, 5);
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

// --- What a child says of itself -----------------------------------------------------------------

TEST_F(Misbehaving, ClientThatCountsFromItsOwnStartFailsTheRun) {
  const waitbench::Run run =
      run_with_client(client_that_edits_its_records("s/,([0-9]{1,3})[0-9]*,/,\\1,/"));
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_TRUE(run.message.starts_with("client: its records can't be true: task 1 started "))
      << run.message;
  EXPECT_TRUE(run.message.ends_with(" before the process began")) << run.message;
  EXPECT_FALSE(run.makespan);
  EXPECT_TRUE(run.events.empty()) << "what can't have happened is not on record";
}

TEST_F(Misbehaving, ClientThatFinishesLongAfterItsEndFailsTheRun) {
  const waitbench::Run run =
      run_with_client(client_that_edits_its_records("s/(finished,[0-9]+),/\\10,/"));
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_TRUE(run.message.ends_with(" after the process had ended")) << run.message;
}

// A wrapper is another process than the one whose threads take the steps.
TEST_F(Misbehaving, ClientInAWrapperIsBelieved) {
  write_program("client_sequential", BIN_DIR "/client_sequential \"$@\"; exit $?");
  const Scenario scenario{.bin_dir = bin(), .records_dir = records()};
  const Workload waiting{.tasks = 1, .connect = 100ms, .response = 0s, .compute = 0s};
  const auto run = scenario.run(*find_model("sequential"), waiting, 1).value();
  EXPECT_EQ(run.status, Status::ok) << run.message;
}

TEST_F(Misbehaving, ClientOnAThreadThatItDoesNotHaveFailsTheRun) {
  write_program("client_sequential",
                client_that_edits_its_records("s/(,[0-9]+,)[0-9]+$/\\11/"));  // of init, say
  const Scenario scenario{.bin_dir = bin(), .records_dir = records()};
  const Workload waiting{.tasks = 1, .connect = 100ms, .response = 0s, .compute = 0s};
  const auto run = scenario.run(*find_model("sequential"), waiting, 1).value();
  EXPECT_TRUE(run.message.ends_with("in between the process had no such thread")) << run.message;
}

TEST_F(Misbehaving, ClientThatMakesUpATaskFailsTheRun) {
  const waitbench::Run run =
      run_with_client(client_that_edits_its_records("$ s/^1,finished(.*)/&\\n99,finished\\1/"));
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message,
            "client: its records can't be true: task 99 finished, and the tasks are 1 to 1");
  EXPECT_EQ(run.events.size(), 4U);
}

TEST_F(Misbehaving, ClientThatNeverConnectedFailsTheRun) {
  const waitbench::Run run = run_with_client(
      leaves_a_report + std::string{finds_events_file} +
      "now() { read -r up idle </proc/uptime; echo \"${up%.*}${up#*.}0000000\"; }; sleep 0.05; "
      "{ echo task,step,ns,thread; for step in started written read finished; do "
      "echo 1,$step,$(now),$$; done; } >\"$events\"; sleep 0.05");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message,
            "client: its records can't be true: task 1 read an answer, and the server has no "
            "record of it");
}

TEST_F(Misbehaving, ServerThatAnswersAtOnceFailsTheRun) {
  std::filesystem::create_symlink(BIN_DIR "/client_sequential", bin() / "client_sequential");
  write_program("echo_server",
                "for word; do shift; [ \"$option\" != --response ] || word=0s; "
                "set -- \"$@\" \"$word\"; option=$word; done; exec " BIN_DIR "/echo_server \"$@\"");
  const Scenario scenario{.bin_dir = bin(), .records_dir = records()};
  const Workload waiting{.tasks = 1, .connect = 0s, .response = 10ms, .compute = 0s};
  const auto run = scenario.run(*find_model("sequential"), waiting, 1).value();
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_TRUE(run.message.starts_with(
      "client: its records can't be true: the server answered task 1 after 0.00"))
      << run.message;
}

TEST_F(Misbehaving, ReportWithImpossibleFiguresFailsTheRun) {
  const waitbench::Run run =
      run_with_client(std::string{
          BIN_DIR "/client_sequential \"$@\"; while [ \"$1\" != --report ]; do shift; done; "
                  "sed -i 's/peak_rss_bytes\": /&-/' \"$2\""});
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("peak_rss_bytes is no whole number from 1 to "), std::string::npos)
      << run.message;
}

TEST_F(Misbehaving, ServerThatReportsFewerConnectionsThanItRecordsFailsTheRun) {
  std::filesystem::create_symlink(BIN_DIR "/client_sequential", bin() / "client_sequential");
  write_program("echo_server",
                "trap 'kill $!; wait $!; sed -i s/started.:.1/started\\\":0/ \"$report\"; exit 0' "
                "TERM; " BIN_DIR
                "/echo_server \"$@\" & while [ \"$1\" != --report ]; do shift; done; "
                "report=$2; while :; do wait; done");
  const waitbench::Run run = this->run();
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_EQ(run.message,
            "client: the server reports 0 connections, and 1 of the tasks' are on record");
  EXPECT_EQ(run.strangers, 0);
}

// Somebody else on the machine connects to the server, and sends a task's label.
TEST_F(Misbehaving, StrangersAreCountedAndSpoilNothing) {
  const waitbench::Run run = run_with_client(
      "while [ \"$1\" != --server ]; do a=\"$a $1\"; shift; done; "
      "for label in task99 task1 hello; do exec 3<>/dev/tcp/${2%:*}/${2#*:}; printf $label >&3; "
      "head -c ${#label} <&3 >/dev/null; done; exec " BIN_DIR "/client_sequential $a \"$@\"",
      {}, "#!/bin/bash");
  EXPECT_EQ(run.status, Status::ok) << run.message;
  EXPECT_EQ(run.strangers, 3);
  EXPECT_EQ(run.server_events.size(), 3U);
}

TEST_F(Misbehaving, ComplaintOfControlCharactersIsShownWithoutThem) {
  const waitbench::Run run = run_with_client("printf 'no\\033[2Jluck\\377\\n' >&2; exit 1");
  EXPECT_EQ(run.message, "client: exit status 1: no?[2Jluck?");
  EXPECT_EQ(run.client_end->said, "no?[2Jluck?");
}

TEST_F(Misbehaving, PipeInPlaceOfRecordsFailsTheRun) {
  const waitbench::Run run =
      run_with_client(leaves_a_report + std::string{finds_events_file} + "mkfifo \"$events\"");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("is no file"), std::string::npos) << run.message;
}

TEST_F(Misbehaving, RecordsWithoutEndAreNotRead) {
  const waitbench::Run run = run_with_client(leaves_a_report + std::string{finds_events_file} +
                                             "truncate --size 1T \"$events\"");
  EXPECT_EQ(run.status, Status::failed);
  EXPECT_NE(run.message.find("has 1099511627776 bytes"), std::string::npos) << run.message;
}

// It is in no process group of the client's any more when the client ends.
TEST_F(Misbehaving, GrandchildInASessionOfItsOwnEndsWithTheRun) {
  run_with_client("setsid sh -c 'exec sleep 1234567' & " BIN_DIR "/client_sequential \"$@\"");
  EXPECT_EQ(processes_that_mention("1234567"), std::vector<pid_t>{});
}

// --- Programs that are missing, or hold everybody up ---------------------------------------------

TEST_F(Misbehaving, ServerThatIgnoresItsEndDoesNotHoldUpAnInterrupt) {
  write_program("echo_server",
                "trap '' TERM; " BIN_DIR "/echo_server \"$@\" & while :; do wait; done");
  std::filesystem::create_symlink(BIN_DIR "/client_sequential", bin() / "client_sequential");
  const Scenario scenario{
      // interrupted when the client has left its records
      .bin_dir = bin(),
      .records_dir = records(),
      .interrupted = [&] { return names_in(records()).contains("client.csv"); }};
  const Workload instant{.tasks = 1, .connect = 0s, .response = 0s, .compute = 0s};
  EXPECT_FALSE(scenario.run(*find_model("sequential"), instant, 1));
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
  EXPECT_FALSE(scenario.run(*find_model("sequential"), Workload{}, 1));
}

}  // namespace
}  // namespace waitbench
