// Every program with a standard stream that takes nothing: it ends by an exit status, never by a
// signal.
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support.hpp"

namespace waitbench {
namespace {

enum class Stream { output = 1, errors = 2 };

// A way for a stream to take nothing.
struct Loss {
  std::string name;
  std::string prepare;  // what the shell does first
  std::string target;   // what it redirects the stream to
  std::string reason;   // why standard output can't be written then
};

void PrintTo(const Loss& loss, std::ostream* out) {
  *out << loss.name;
}

const std::vector<Loss> losses{
    {"Closed", "", "&-", "Bad file descriptor"},
    {"Full", "", "/dev/full", "No space left on device"},
    // A pipe whose only reader has gone.
    {"Broken", R"(p=$(mktemp -u); mkfifo "$p"; : <"$p" & exec 9>"$p"; wait; rm "$p"; )", "&9",
     "Broken pipe"}};

std::vector<std::string> without(Stream stream, const Loss& loss,
                                 const std::vector<std::string>& command) {
  const std::string number = std::to_string(static_cast<int>(stream));
  return with_limit(loss.prepare + "exec " + number + ">" + loss.target, command);
}

// --- Programs that end by themselves -------------------------------------------------------------

struct Call {
  std::string name;
  std::vector<std::string> command;  // the program and its arguments
  int exit_status = 0;               // if both streams take what comes
  bool knows_reason = true;          // Google Benchmark keeps it to itself, in most versions
};

void PrintTo(const Call& call, std::ostream* out) {
  *out << call.name;
}

class EveryProgram : public testing::TestWithParam<std::tuple<Call, Loss>> {
 protected:
  static Ended run_without(Stream stream) {
    const auto& [call, loss] = GetParam();
    std::vector<std::string> command = call.command;
    command.front() = program(command.front());
    return run_to_end(without(stream, loss, command));
  }
};

TEST_P(EveryProgram, EndsWithOneIfItsOutputIsLost) {
  const auto& [call, loss] = GetParam();
  const Ended ended = run_without(Stream::output);
  if (call.exit_status != exit_ok) {  // it has failed before, and keeps its status
    EXPECT_EQ(ended.ending, "exit status " + std::to_string(call.exit_status));
    return;
  }
  EXPECT_EQ(ended.ending, "exit status 1");
  const std::string told = "can't write standard output";
  const std::string with_reason = call.command.front() + ": " + told + ": " + loss.reason;
  const auto lines = lines_of(ended.errors);
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines.back() == with_reason ||
              (!call.knows_reason && lines.back() == call.command.front() + ": " + told))
      << lines.back();
  EXPECT_EQ(ended.errors.find(told), ended.errors.rfind(told)) << "told twice: " << ended.errors;
}

TEST_P(EveryProgram, EndsAsEverIfItsErrorsAreLost) {
  const Ended ended = run_without(Stream::errors);
  EXPECT_EQ(ended.ending, "exit status " + std::to_string(std::get<Call>(GetParam()).exit_status));
}

INSTANTIATE_TEST_SUITE_P(
    StandardStreams, EveryProgram,
    testing::Combine(
        testing::Values(
            Call{"WaitbenchList", {"waitbench", "--list"}},
            Call{"WaitbenchHelp", {"waitbench", "--help"}},
            Call{"WaitbenchTests", {"waitbench", "--benchmark_list_tests=true"}, exit_ok, false},
            Call{"WaitbenchUsage", {"waitbench", "--models", "fibers"}, exit_usage},
            Call{"ServerHelp", {"echo_server", "--help"}},
            Call{"ServerUsage", {"echo_server", "--port", "x"}, exit_usage},
            Call{"ClientHelp", {"client_sequential", "--help"}},
            Call{"ClientUsage", {"client_sequential", "--tasks", "0"}, exit_usage},
            Call{"PitfallsList", {"pitfalls", "--list"}},
            Call{"PitfallsRun", {"pitfalls", "lazy_coroutine"}},
            Call{"JudgeList", {"judge", "--list"}},
            Call{"Primitives",
                 {"primitives", "--benchmark_filter=call_a_function", "--benchmark_min_time=0.001"},
                 exit_ok,
                 false},
            Call{"PrimitivesAsJson",
                 {"primitives", "--benchmark_filter=call_a_function", "--benchmark_min_time=0.001",
                  "--benchmark_format=json"},
                 exit_ok,
                 false},
            Call{"IdleMemoryHelp", {"idle_memory", "--help"}},
            Call{"IdleMemory", {"idle_memory", "thread", "1"}},
            Call{"PingPongHelp", {"ping_pong", "--help"}}),
        testing::ValuesIn(losses)),
    [](const auto& test) {
      return std::get<Call>(test.param).name + std::get<Loss>(test.param).name;
    });

// --- The experiment ------------------------------------------------------------------------------

class Experiment : public testing::TestWithParam<Loss> {
 protected:
  // A run of the harness.
  Ended run_without(Stream stream) const {
    return run_to_end(without(stream, GetParam(),
                              {program("waitbench"), "--time-scale", "0.002", "--models",
                               "sequential", "--results", directory_.path() / "results"}));
  }

  // Against a server that answers at once.
  static Ended run_client_without(Stream stream) {
    EchoServerProcess server{{"--response", "0s"}};
    return run_to_end(without(stream, GetParam(),
                              {program("client_sequential"), "--server", to_text(server.endpoint()),
                               "--tasks", "1", "--connect", "0s", "--compute", "0s"}));
  }

  void expect_whole_results() const {
    const auto results =
        nlohmann::json::parse(content_of(directory_.path() / "results" / "results.json"));
    ASSERT_EQ(results["runs"].size(), 1);
    EXPECT_EQ(results["runs"][0]["status"], "ok");
  }

  TemporaryDirectory directory_;
};

TEST_P(Experiment, HasWholeResultsThoughTheTableIsLost) {
  const Ended ended = run_without(Stream::output);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(lines_of(ended.errors).back(),
            "waitbench: can't write standard output: " + GetParam().reason);
  expect_whole_results();
}

TEST_P(Experiment, HasWholeResultsThoughItsErrorsAreLost) {
  const Ended ended = run_without(Stream::errors);
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_NE(ended.output.find("sequential"), std::string::npos);
  expect_whole_results();
}

TEST_P(Experiment, FailsInAClientThatCannotTellItsSteps) {
  const Ended ended = run_client_without(Stream::output);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors.find("client_sequential: task 1: can't write standard output: " +
                              GetParam().reason),
            0)
      << ended.errors;
}

TEST_P(Experiment, GoesOnInAClientWhoseErrorsAreLost) {
  EXPECT_EQ(run_client_without(Stream::errors).ending, "exit status 0");
}

TEST_P(Experiment, EndsInAServerThatCannotSayWhereItListens) {
  const Ended ended =
      run_to_end(without(Stream::output, GetParam(), {program("echo_server"), "--port", "0"}));
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors, "echo_server: can't write standard output: " + GetParam().reason + "\n");
}

TEST_P(Experiment, GoesOnInAServerWhoseErrorsAreLost) {
  ChildProcess server{without(Stream::errors, GetParam(), {program("echo_server"), "--port", "0"})};
  server.wait_for_line({.deadline = deadline()});
  EXPECT_TRUE(server.standard_output().starts_with("listening on ")) << server.standard_output();
  EXPECT_EQ(interrupt(server, SIGTERM).ending, "exit status 0");
}

INSTANTIATE_TEST_SUITE_P(StandardStreams, Experiment, testing::ValuesIn(losses),
                         [](const auto& test) { return test.param.name; });

// --- Closed streams ------------------------------------------------------------------------------

// Else a socket would have its number, and get what is told on standard error.
TEST(ClosedStreams, GiveTheirNumbersToNoOtherFile) {
  ChildProcess server{with_limit("exec 0<&- 2>&-", {program("echo_server"), "--port", "0"})};
  server.wait_for_line({.deadline = deadline()});
  for (const char* number : {"0", "2"})
    EXPECT_EQ(std::filesystem::read_symlink(std::filesystem::path{"/proc"} /
                                            std::to_string(server.pid()) / "fd" / number),
              "/dev/null");
}

}  // namespace
}  // namespace waitbench
