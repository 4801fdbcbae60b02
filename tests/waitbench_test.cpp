// The harness as a process: what it prints, writes and returns, and how it ends when it is ended.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "bench/models/models.hpp"
#include "bench/models/servers.hpp"
#include "support/child_process.hpp"
#include "tests/built_models.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class Waitbench : public testing::Test {
 protected:
  std::filesystem::path results() const { return directory_.path() / "results dir"; }

  std::vector<std::string> command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {BIN_DIR "/waitbench", "--results", results()});
    return arguments;
  }

  // Runs to the end.
  static void finish(ChildProcess& child) {
    ASSERT_EQ(child.wait({.deadline = Clock::now() + 120s}), ChildProcess::WaitEnd::done);
  }

  Json results_json() const { return Json::parse(read_file(results() / "results.json")); }

  TemporaryDirectory directory_;
};

TEST_F(Waitbench, LeavesEveryRunOfEveryModelInItsFiles) {
  ChildProcess harness{command({"--models", "all", "--time-scale", "0.01"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();

  const Json file = results_json();
  EXPECT_EQ(file["schema"], 2);
  std::set<std::string> names;
  for (const Json& run : file["runs"]) {
    EXPECT_EQ(run["status"], "ok") << run["message"];
    EXPECT_EQ(run["structure"]["verdict"], "as predicted");
    EXPECT_EQ(run["events"]["ns"].size(), 12U);
    EXPECT_EQ(run["server_events"]["ns"].size(), 9U);
    EXPECT_GE(run["overhead_s"], 0);
    names.insert(run["model"]);
  }
  EXPECT_EQ(names.size(), built_models().size());
  EXPECT_TRUE(Json::accept(read_file(results() / "benchmark.json")));
  EXPECT_EQ(names_in(results()), (Names{"benchmark.json", "results.json", "trace.json"}));
}

TEST_F(Waitbench, PrintsATableInTheOrderOfTheModels) {
  ChildProcess harness{command({"--time-scale", "0.005"})};
  finish(harness);
  std::istringstream lines{harness.standard_output()};
  std::vector<std::string> first_words;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) first_words.push_back(line.substr(0, line.find(' ')));
  EXPECT_EQ(first_words,
            (std::vector<std::string>{"model", "sequential", "async_serial", "async_single_thread",
                                      "async_multi_thread", "thread_per_task", "structure"}));
}

TEST_F(Waitbench, PredictsThePublishedTimesWithoutRunningAnything) {
  ChildProcess harness{command({"--predict", "--threads", "4"})};
  finish(harness);
  std::istringstream words{harness.standard_output()};
  std::vector<std::string> seconds;
  for (std::string word, before; words >> word; before = word)
    if (word == "s") seconds.push_back(before);
  EXPECT_EQ(seconds, (std::vector<std::string>{"42", "42", "22", "14", "14"}));
  EXPECT_FALSE(std::filesystem::exists(results()));
}

TEST_F(Waitbench, TakesTheLastValueOfAnOptionThatIsGivenTwice) {
  ChildProcess harness{command({"--predict", "--models", "sequential", "--tasks", "1",
                                "--time-scale", "0.1", "--time-scale", "0.5"})};
  finish(harness);
  EXPECT_NE(harness.standard_output().find(" 7 s"), std::string::npos) << harness.standard_output();
}

TEST_F(Waitbench, TakesTheLastListOfAnOptionThatIsGivenTwice) {
  ChildProcess harness{command({"--predict", "--models", "core", "--models", "epoll_loop,callbacks",
                                "--tasks", "1,2", "--tasks", "3"})};
  finish(harness);
  const auto lines = lines_of(harness.standard_output());
  ASSERT_EQ(lines.size(), 3U) << harness.standard_output();
  EXPECT_TRUE(lines[1].starts_with("epoll_loop "));
  EXPECT_TRUE(lines[2].starts_with("callbacks "));
}

// A flag of the library can be an environment variable.
TEST_F(Waitbench, MeasuresEachRunOnceWhateverTheEnvironmentSays) {
  ChildProcess harness{
      with_limit("export BENCHMARK_REPETITIONS=2 BENCHMARK_MIN_TIME=1 BENCHMARK_MIN_WARMUP_TIME=1",
                 command({"--models", "sequential", "--time-scale", "0.001"}))};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  EXPECT_EQ(results_json()["runs"].size(), 1U);
}

TEST_F(Waitbench, HelpsInGroupsOfLinesThatFitATerminal) {
  const Ended ended = run_to_end(command({"--help"}));
  EXPECT_EQ(ended.ending, "exit status 0");
  for (const std::string& line : lines_of(ended.output)) EXPECT_LE(line.size(), 80U) << line;
  for (const auto* group :
       {"Models:", "Workload:", "Repetition:", "Output:", "Google Benchmark:", "Examples:"})
    EXPECT_NE(ended.output.find(group), std::string::npos) << group;
}

TEST_F(Waitbench, TellsItsVersionAndThoseOfItsLibraries) {
  const auto lines = lines_of(run_to_end(command({"--version"})).output);
  expect_match(lines.at(0), R"(waitbench [0-9.]+ \(commit .+\))");
  expect_match(lines.at(1), R"(asio [0-9.]+)");
}

TEST_F(Waitbench, TellsNothingButTheResultsIfItIsToBeQuiet) {
  const Ended ended =
      run_to_end(command({"--models", "sequential", "--time-scale", "0.001", "--quiet"}));
  EXPECT_EQ(ended.errors, "");
  EXPECT_NE(ended.output.find("sequential"), std::string::npos);
}

// What bash would offer after these words.
std::string offered(const std::string& script, const std::string& words) {
  const Ended ended = run_to_end(
      {"/bin/bash", "-c",
       script + "COMP_WORDS=(waitbench " + words +
           "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _waitbench; echo \"${COMPREPLY[*]}\""});
  return ended.output + ended.errors;
}

TEST_F(Waitbench, CompletesCommandLines) {
  const std::string script = run_to_end(command({"--completion", "bash"})).output;
  EXPECT_EQ(offered(script, "--arr"), "--arrival-rate --arrivals\n");
  EXPECT_EQ(offered(script, "--models seq"), "sequential\n");
  EXPECT_EQ(offered(script, "--models core,epol"), "core,epoll_loop\n");
  EXPECT_EQ(offered(script, "--tasks 1"), "\n");
  EXPECT_TRUE(run_to_end(command({"--completion", "zsh"})).output.starts_with("autoload -U"));
}

TEST_F(Waitbench, ListsEveryModelWithWhatItShows) {
  ChildProcess harness{command({"--list"})};
  finish(harness);
  for (const Model& model : models) {
    EXPECT_NE(harness.standard_output().find(model.name), std::string::npos);
    EXPECT_NE(harness.standard_output().find(model.shows), std::string::npos);
  }
  for (const Server& server : servers)
    EXPECT_NE(harness.standard_output().find(server.shows), std::string::npos);
}

TEST_F(Waitbench, RunsEveryModelAgainstEveryServerThatIsNamed) {
  ChildProcess harness{command({"--models", "sequential,callbacks", "--servers", "coroutines,epoll",
                                "--time-scale", "0.005"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  std::set<std::pair<std::string, std::string>> pairs;
  const Json file = results_json();
  for (const Json& run : file["runs"]) {
    EXPECT_EQ(run["structure"]["verdict"], "as predicted");
    pairs.emplace(run["model"], run["server_model"]);
  }
  EXPECT_EQ(pairs.size(), 4U);
  EXPECT_NE(harness.standard_output().find("callbacks   epoll"), std::string::npos)
      << harness.standard_output();
}

// --- Programs of one's own -----------------------------------------------------------------------

const std::string own_client = "mine=" SOURCE_DIR "/docs/bring_your_own/client.py,all,one,frees";
const std::string own_server = "theirs=" SOURCE_DIR "/docs/bring_your_own/server.py,all";

TEST_F(Waitbench, RunsAClientAndAServerOfOnesOwnLikeTheSuites) {
  ChildProcess harness{command({"--models", "callbacks", "--client", own_client, "--own-server",
                                own_server, "--time-scale", "0.02"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  const Json file = results_json();
  EXPECT_EQ(file["models"]["mine"]["formula"], "c+r+Nk");
  EXPECT_EQ(file["servers"]["theirs"]["facts"]["under_way"], "all");
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Json& run : file["runs"]) {
    EXPECT_EQ(run["structure"]["verdict"], "as predicted");
    EXPECT_EQ(run["events"]["ns"].size(), 12U);
    EXPECT_EQ(run["server_events"]["ns"].size(), 9U);
    pairs.emplace(run["model"], run["server_model"]);
  }
  EXPECT_EQ(pairs.size(), 4U) << "each against the default server, too";
}

TEST_F(Waitbench, HoldsAProgramOfOnesOwnAgainstItsFacts) {
  const std::string boasts = "boasts=" SOURCE_DIR "/docs/bring_your_own/client.py,one,one,holds";
  ChildProcess harness{command({"--models", "boasts", "--client", boasts, "--response", "200ms",
                                "--connect", "200ms", "--compute", "1ms"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  const Json run = results_json()["runs"][0];  // failed, but where it was slow to start
  const std::string said = run["status"] == "ok" ? run["structure"]["verdict"] : run["message"];
  EXPECT_NE(said.find("3 in flight at once, 1 expected"), std::string::npos) << said;
}

TEST_F(Waitbench, RefusesAProgramOfOnesOwnWhatItCantBeTold) {
  for (const auto& [option, value, what] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"--arrival-rate", "100", "when tasks arrive"},
           {"--uneven", "2", "that some tasks compute longer"}}) {
    ChildProcess harness{command(
        {"--models", "mine", "--client", own_client, option, value, "--time-scale", "0.001"})};
    finish(harness);
    EXPECT_EQ(harness.ending(), "exit status 5");
    EXPECT_EQ(results_json()["runs"][0]["message"],
              "preflight: mine is a program of one's own, which can't be told " + what);
  }
}

// One that does not keep the contract fails its runs, and the others go on.
TEST_F(Waitbench, GoesOnWhereAProgramOfOnesOwnBreaksTheContract) {
  ChildProcess harness{command({"--models", "callbacks", "--client", "cat=/bin/cat,one,one,holds",
                                "--own-server", "true=/bin/true,one", "--time-scale", "0.005"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  const Json file = results_json();
  std::map<std::string, std::string> outcome;
  for (const Json& run : file["runs"])
    outcome[run["model"].get<std::string>() + "/" + run["server_model"].get<std::string>()] =
        run["status"];
  EXPECT_EQ(outcome, (std::map<std::string, std::string>{{"callbacks/coroutines", "ok"},
                                                         {"cat/coroutines", "failed"},
                                                         {"callbacks/true", "failed"},
                                                         {"cat/true", "failed"}}));
}

// --- Stages --------------------------------------------------------------------------------------

// The stages of a task follow each other; what was predicted stands beside them.
TEST_F(Waitbench, WritesTheStagesOfEveryTask) {
  ChildProcess harness{command({"--models", "async_single_thread", "--time-scale", "0.01"})};
  finish(harness);
  const Json run = results_json()["runs"].front();
  for (const char* key : {"stages", "predicted_stages"}) {
    const Json& stages = run[key];
    std::map<int, std::int64_t> ends;
    std::map<int, std::string> last;
    for (size_t i = 0; i < stages["task"].size(); ++i) {
      const int task = stages["task"][i];
      EXPECT_GE(stages["begin_ns"][i], ends[task]);
      EXPECT_GT(stages["end_ns"][i], stages["begin_ns"][i]);
      ends[task] = stages["end_ns"][i];
      last[task] = stages["stage"][i];
    }
    EXPECT_EQ(last, (std::map<int, std::string>{{1, "compute"}, {2, "compute"}, {3, "compute"}}));
  }
  EXPECT_EQ(run["predicted_stages"]["end_ns"].back(), 220'000'000);
}

// In a directory without programs, what needs something special was not built.
TEST_F(Waitbench, SaysWhyAModelIsNotBuiltAndLeavesItOutOfAll) {
  const std::string nowhere = directory_.path();
  constexpr auto why = "not built here: it needs liburing (Debian: liburing-dev)";
  ChildProcess list{command({"--list", "--bin-dir", nowhere})};
  finish(list);
  EXPECT_NE(list.standard_output().find(why), std::string::npos) << list.standard_output();

  ChildProcess all{command({"--predict", "--models", "all", "--bin-dir", nowhere})};
  finish(all);
  EXPECT_EQ(all.ending(), "exit status 0");
  EXPECT_EQ(all.standard_error(), fmt::format("waitbench: leaving out io_uring: {0}\n"
                                              "waitbench: leaving out uring_loop: {0}\n",
                                              why));
  EXPECT_EQ(all.standard_output().find("uring"), std::string::npos);

  ChildProcess alone{command({"--models", "io_uring", "--bin-dir", nowhere})};
  finish(alone);
  EXPECT_EQ(alone.ending(), "exit status 2");
  EXPECT_EQ(alone.standard_error(),
            fmt::format("waitbench: --models: io_uring is {} (see --help)\n", why));
  EXPECT_FALSE(std::filesystem::exists(results()));
}

TEST_F(Waitbench, SweepsOverNumbersOfThreadsToo) {
  ChildProcess harness{command(
      {"--models", "thread_pool", "--tasks", "2,4", "--threads", "1,2", "--time-scale", "0.002"})};
  finish(harness);
  std::set<std::pair<int, int>> workloads;
  const Json file = results_json();
  for (const Json& run : file["runs"])
    workloads.emplace(run["workload"]["tasks"], run["workload"]["threads"]);
  EXPECT_EQ(workloads, (std::set<std::pair<int, int>>{{2, 1}, {2, 2}, {4, 1}, {4, 2}}));
  EXPECT_NE(harness.standard_output().find("  workers"), std::string::npos);
}

TEST_F(Waitbench, CountsARefusalThatItPredictedAsAFindingNotAsAFailure) {
  ChildProcess harness{command({"--models", "select_loop,epoll_loop", "--tasks", "1,2000",
                                "--time-scale", "0.01", "--compute", "0s"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  EXPECT_NE(harness.standard_output().find("  refused: preflight: 2000 sockets at once"),
            std::string::npos)
      << harness.standard_output();
  int refused = 0;
  const Json file = results_json();
  for (const Json& run : file["runs"]) {
    if (run["refusal"].is_null()) continue;
    ++refused;
    EXPECT_EQ(run["refusal"], (Json{{"by", "preflight"}, {"tasks", 1008}}));
    EXPECT_EQ(run["status"], "refused");
    EXPECT_TRUE(run["makespan_s"].is_null());
  }
  EXPECT_EQ(refused, 1);
}

TEST_F(Waitbench, KeepsTheStepsOfSmallRunsOnlyIfAskedTo) {
  ChildProcess harness{command({"--models", "epoll_loop", "--tasks", "2,3", "--time-scale", "0.002",
                                "--events-up-to", "2"})};
  finish(harness);
  const Json runs = results_json()["runs"];
  EXPECT_EQ(runs[0]["events"]["ns"].size(), 4U * 2);
  EXPECT_TRUE(runs[1]["events"].is_null());
  EXPECT_TRUE(runs[1]["server_events"].is_null());
  EXPECT_FALSE(runs[1]["structure"].is_null()) << "they were looked at all the same";
}

TEST_F(Waitbench, SplitsTasksOverAsManyClientsAsTheDescriptorsMakeNecessary) {
  auto limited = with_limit("ulimit -n 50", command({"--models", "epoll_loop", "--tasks", "10,70",
                                                     "--split", "--time-scale", "0.002"}));
  ChildProcess harness{limited};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  const Json runs = results_json()["runs"];
  EXPECT_EQ(runs[0]["workload"]["clients"], 1);
  EXPECT_EQ(runs[1]["workload"]["clients"], 3);
  EXPECT_EQ(runs[1]["events"]["ns"].size(), 4U * 70);
}

TEST_F(Waitbench, SweepsOverNumbersOfTasksAndRepeats) {
  ChildProcess harness{command({"--models", "async_multi_thread,thread_per_task", "--tasks", "1,5",
                                "--time-scale", "0.002", "--benchmark_repetitions=2"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 0") << harness.standard_error();
  std::multiset<std::tuple<std::string, int, int>> runs;
  const Json file = results_json();
  for (const Json& run : file["runs"])
    runs.emplace(run["model"], run["workload"]["tasks"], run["repetition"]);
  EXPECT_EQ(runs, (std::multiset<std::tuple<std::string, int, int>>{{"async_multi_thread", 1, 1},
                                                                    {"async_multi_thread", 1, 2},
                                                                    {"async_multi_thread", 5, 1},
                                                                    {"async_multi_thread", 5, 2},
                                                                    {"thread_per_task", 1, 1},
                                                                    {"thread_per_task", 1, 2},
                                                                    {"thread_per_task", 5, 1},
                                                                    {"thread_per_task", 5, 2}}));
}

TEST_F(Waitbench, OrdersRepetitionsAtRandomAndTheSameWayForTheSameSeed) {
  const auto order_with_seed = [&](const std::string& seed) {
    ChildProcess harness{command({"--time-scale", "0.0001", "--repetitions", "4", "--seed", seed})};
    finish(harness);
    std::vector<std::string> order;
    const Json file = results_json();
    EXPECT_EQ(std::to_string(file["seed"].get<unsigned>()), seed);
    for (const Json& run : file["runs"]) order.push_back(run["model"]);
    return order;
  };
  const auto order = order_with_seed("7");
  EXPECT_EQ(order, order_with_seed("7"));
  EXPECT_NE(order, order_with_seed("8"));
  EXPECT_EQ(std::ranges::count(order, "sequential"), 4);
}

TEST_F(Waitbench, KeepsWarmUpRunsApart) {
  ChildProcess harness{command(
      {"--models", "sequential", "--time-scale", "0.001", "--warmup", "2", "--repetitions", "3"})};
  finish(harness);
  const Json file = results_json();
  EXPECT_EQ(file["warmup_runs"].size(), 2U);
  EXPECT_EQ(file["runs"].size(), 3U);
  EXPECT_EQ(Json::parse(read_file(results() / "benchmark.json"))["benchmarks"].size(), 3U);
}

TEST_F(Waitbench, TellsWhatTheProcessesUsedWhenAsked) {
  ChildProcess harness{command({"--models", "sequential", "--time-scale", "0.001", "--costs"})};
  finish(harness);
  EXPECT_NE(harness.standard_output().find("client CPU"), std::string::npos);
  const Json row = Json::parse(read_file(results() / "benchmark.json"))["benchmarks"][0];
  for (const auto* figure : {"user_s", "system_s", "peak_rss_bytes", "peak_threads",
                             "voluntary_switches", "involuntary_switches", "minor_faults"})
    for (const std::string process : {"client_", "server_"})
      EXPECT_TRUE(row.contains(process + figure)) << process << figure;
}

TEST_F(Waitbench, TellsAFailedRunAndKeepsTheOthers) {
  const auto bin = directory_.path() / "bin";
  std::filesystem::create_directory(bin);
  for (const auto* name : {"echo_server", "client_async_serial"})
    std::filesystem::create_symlink(std::filesystem::path{BIN_DIR} / name, bin / name);
  ChildProcess harness{
      command({"--models", "sequential,async_serial", "--time-scale", "0.002", "--bin-dir", bin})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  EXPECT_NE(harness.standard_error().find("waitbench: 1 of 2 runs failed"), std::string::npos);
  EXPECT_NE(harness.standard_output().find("client_sequential: No such file"), std::string::npos);
  std::multiset<std::string> outcomes;
  const Json file = results_json();
  for (const Json& run : file["runs"]) outcomes.insert(run["status"]);
  EXPECT_EQ(outcomes, (std::multiset<std::string>{"failed", "ok"}));
  for (const Json& run : file["runs"])
    EXPECT_EQ(run["makespan_s"].is_null(), run["status"] == "failed") << "no silent zero";
}

// A client that counts from its own start, as anybody may do by mistake, has a makespan below zero.
TEST_F(Waitbench, MakesAsManyRunsAsPlannedWhateverAClientSays) {
  const auto bin = directory_.path() / "bin";
  std::filesystem::create_directory(bin);
  std::filesystem::create_symlink(BIN_DIR "/echo_server", bin / "echo_server");
  std::ofstream{bin / "client_sequential"}
      << "#!/bin/sh\n" BIN_DIR "/client_sequential \"$@\"\n"
      << "while [ \"$1\" != --events ]; do shift; done; sed -i -E 's/,[0-9]+,/,17,/' \"$2\"\n";
  std::filesystem::permissions(bin / "client_sequential", std::filesystem::perms::owner_all);
  ChildProcess harness{command(
      {"--models", "sequential", "--time-scale", "0.001", "--repetitions", "3", "--bin-dir", bin})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  const Json file = results_json();
  ASSERT_EQ(file["runs"].size(), 3U);
  for (const Json& run : file["runs"]) {
    EXPECT_EQ(run["status"], "failed");
    EXPECT_TRUE(run["makespan_s"].is_null());
  }
  EXPECT_EQ(Json::parse(read_file(results() / "benchmark.json"))["benchmarks"].size(), 3U);
}

TEST_F(Waitbench, EndsWithStatus5WhereEveryRunWasRefused) {
  ChildProcess harness{command({"--models", "select_loop", "--tasks", "2000"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 5") << harness.standard_error();
  EXPECT_EQ(results_json()["runs"].size(), 1U);
}

// --- The results directory -----------------------------------------------------------------------

TEST_F(Waitbench, RefusesADirectoryThatAnotherHarnessWritesTo) {
  std::filesystem::create_directory(results());
  std::ofstream{results() / "results.json"} << "another's";
  const Descriptor other{open(results().c_str(), O_RDONLY | O_DIRECTORY)};
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  ChildProcess harness{command({"--time-scale", "0.001"})};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  EXPECT_EQ(harness.standard_error(), fmt::format("waitbench: {}: another waitbench is writing its "
                                                  "results there\n",
                                                  results().string()));
  EXPECT_EQ(read_file(results() / "results.json"), "another's");
}

TEST_F(Waitbench, LeavesNothingOfAnEarlierRunWhenItIsInterrupted) {
  std::filesystem::create_directory(results());
  for (const auto* name : {"results.json", "benchmark.json", "trace.json"})
    std::ofstream{results() / name} << "of an earlier run";
  ChildProcess harness{command({"--models", "sequential"})};
  ASSERT_TRUE(waits_for([&] { return processes_that_mention(results()).size() == 3; }));
  kill(harness.pid(), SIGINT);
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  EXPECT_TRUE(harness.standard_error().ends_with("waitbench: interrupted; nothing had finished\n"))
      << harness.standard_error();
  EXPECT_EQ(names_in(results()), Names{});
}

// Interrupted before anything had finished, it has made no directory for results, and
// results/latest points where it did.
TEST_F(Waitbench, MakesNoDirectoryBeforeThereAreResults) {
  const std::string place = directory_.path();
  ChildProcess harness{{"/bin/sh", "-c", "cd \"$0\"; exec \"$@\"", place, BIN_DIR "/waitbench",
                        "--models", "sequential"}};
  ASSERT_TRUE(waits_for([&] {
    return std::filesystem::exists(place + "/results") && !names_in(place + "/results").empty();
  }));
  kill(harness.pid(), SIGTERM);
  finish(harness);
  EXPECT_EQ(names_in(place + "/results"), Names{});
}

TEST_F(Waitbench, EndsByASignalFromItsBeginningOn) {
  ChildProcess harness{command({"--models", "sequential"})};
  kill(harness.pid(), SIGTERM);  // it is its program, and has hardly begun
  finish(harness);
  EXPECT_NE(harness.ending(), "exit status 0");
  EXPECT_FALSE(std::filesystem::exists(results() / "results.json"));
}

// --- Tasks that arrive over time -----------------------------------------------------------------

// Two rates, even, of which the second is three times what one thread can compute (5 ms each).
class WaitbenchWithRates : public Waitbench {
 protected:
  void SetUp() override {
    harness_.emplace(command({"--models", "async_single_thread,thread_per_task", "--tasks", "120",
                              "--arrival-rate", "100,600", "--arrivals", "even", "--connect", "1ms",
                              "--response", "4ms", "--compute", "5ms", "--seed", "3"}));
    finish(*harness_);
    ASSERT_EQ(harness_->ending(), "exit status 0") << harness_->standard_error();
  }

  std::optional<ChildProcess> harness_;
};

TEST_F(WaitbenchWithRates, RecordsArrivalsAndLatenciesOfEachRun) {
  const Json file = results_json();
  ASSERT_EQ(file["runs"].size(), 4U);
  for (const Json& run : file["runs"]) {
    EXPECT_EQ(run["arrivals"]["kind"], "even");
    EXPECT_EQ(run["arrivals"]["seed"], 3);
    EXPECT_EQ(run["arrivals"]["due_ns"].size(), 120U);
    const Json latency = run["latency"];
    for (const auto* percentile : {"p50_s", "p90_s", "p99_s"}) {
      EXPECT_GE(latency["measured"][percentile], 0.010) << run["model"];
      EXPECT_GE(latency["predicted"][percentile], 0.010) << run["model"];
    }
    EXPECT_TRUE(latency["measured"]["p99_9_s"].is_null()) << "of 120 tasks";
    EXPECT_GE(latency["generator"]["lateness"]["max_s"], 0);
  }
}

TEST_F(WaitbenchWithRates, TellsSaturationAndWhatTheQueuePredicts) {
  const Json file = results_json();
  for (const Json& run : file["runs"]) {
    const bool saturated =
        run["model"] == "async_single_thread" && run["arrivals"]["rate_per_s"] == 600;
    const Json predicted = run["latency"]["predicted"]["p99_s"];
    if (saturated) {  // 0.6 s of computing, of which the last was due after 0.2 s
      EXPECT_GT(predicted, 0.3);
      EXPECT_GT(run["latency"]["measured"]["p99_s"], 0.3) << "counted from when it was due";
    } else {
      EXPECT_DOUBLE_EQ(predicted, 0.010);
    }
    const Json saturation = run["arrivals"]["saturation_per_s"];
    if (run["model"] == "thread_per_task") {
      EXPECT_TRUE(saturation.is_null());
    } else {
      EXPECT_DOUBLE_EQ(saturation, 200);
    }
  }
}

// The events are what they are without a rate, and benchmark.json has figures for its own tools.
TEST_F(WaitbenchWithRates, KeepsTheRestOfItsFilesAsTheyWere) {
  const Json file = results_json();
  for (const Json& run : file["runs"]) EXPECT_EQ(run["events"]["ns"].size(), 120U * 4);
  std::set<std::string> names;
  const Json benchmarks = Json::parse(read_file(results() / "benchmark.json"))["benchmarks"];
  for (const Json& row : benchmarks) {
    EXPECT_GE(row["p50_ms"], 10);
    EXPECT_GE(row["p99_ms"], row["p50_ms"]);
    EXPECT_FALSE(row.contains("p99.9_ms"));
    names.insert(row["name"].get<std::string>());
  }
  EXPECT_TRUE(names.contains("thread_per_task/tasks:120/rate:600/manual_time"));
  EXPECT_EQ(names.size(), 4U);
}

TEST_F(WaitbenchWithRates, PrintsMeasuredBesidePredictedLatencies) {
  std::vector<std::string> rows;
  const auto lines = lines_of(harness_->standard_output());
  const auto head = std::ranges::find_if(
      lines, [](const std::string& line) { return line.starts_with("latency in ms"); });
  ASSERT_NE(head, lines.end()) << harness_->standard_output();
  const std::string number = R"( +[0-9.]+)";
  for (const auto& [offset, model, rate, saturation] :
       std::vector<std::tuple<int, std::string, std::string, std::string>>{
           {2, "async_single_thread", "100", "200/s"},
           {3, "thread_per_task", "100", "none"},
           {4, "async_single_thread", "600", "200/s"},
           {5, "thread_per_task", "600", "none"}}) {
    constexpr int lines_further = 7;
    ASSERT_GT(lines.end() - head, offset + lines_further);
    expect_match(*(head + offset),
                 model + " +" + rate + number + number + number + number + number + " +-");
    expect_match(*(head + offset + lines_further), model + " +" + rate + " +" + saturation +
                                                       number + "/s" + number + number + number);
  }
  for (const std::string& line : lines) EXPECT_LE(line.size(), 80) << line;
}

TEST_F(Waitbench, RecordsNothingOfArrivalsWhereAllTasksAreThereFromTheBeginning) {
  ChildProcess harness{command({"--models", "sequential", "--time-scale", "0.001"})};
  finish(harness);
  const Json run = results_json()["runs"][0];
  EXPECT_FALSE(run.contains("arrivals"));
  EXPECT_FALSE(run.contains("latency"));
  EXPECT_EQ(harness.standard_output().find("latency"), std::string::npos);
}

// A million tasks per second are more than anything here can start.
TEST_F(Waitbench, SaysWhereItsLoadGeneratorIsLate) {
  ChildProcess harness{command({"--models", "thread_per_task", "--tasks", "200", "--arrival-rate",
                                "1000000", "--time-scale", "0.001"})};
  finish(harness);
  EXPECT_NE(harness.standard_output().find("thread_per_task at 1000000/s: the load generator itself"
                                           " was late:\n      half of the time by "),
            std::string::npos)
      << harness.standard_output();
  EXPECT_EQ(results_json()["runs"][0]["latency"]["generator"]["is_late"], true);
}

TEST_F(Waitbench, PredictsLatenciesWithoutRunningAnything) {
  ChildProcess harness{command({"--predict", "--models", "thread_pool", "--threads", "2", "--tasks",
                                "200", "--arrival-rate", "1,10", "--arrivals", "even", "--connect",
                                "100ms", "--response", "300ms", "--compute", "100ms"})};
  finish(harness);
  const auto lines = lines_of(harness.standard_output());
  ASSERT_EQ(lines.size(), 3U);
  expect_match(lines[1], "thread_pool +200 +1 +4/s +500.0 ms +500.0 ms +200.500 s");
  expect_match(lines[2], "thread_pool +200 +10 +4/s +.*");
}

class EndedBy : public Waitbench, public testing::WithParamInterface<int> {};

// Ends the harness when its first run has finished and its second is going on.
TEST_P(EndedBy, LeavesNoChildAndKeepsWhatHadFinished) {
  ChildProcess harness{
      command({"--models", "sequential", "--time-scale", "0.02", "--benchmark_repetitions=50"})};
  const auto in_second_run = [&] {
    return std::filesystem::exists(results() / "results.json") &&
           processes_that_mention(results()).size() == 3;  // harness, server, client
  };
  ASSERT_TRUE(waits_for(in_second_run)) << harness.standard_error();

  kill(harness.pid(), GetParam());
  finish(harness);
  EXPECT_EQ(harness.ending(),
            GetParam() == SIGKILL ? "killed by signal 9 (Killed)" : "exit status 1");
  EXPECT_TRUE(waits_for([&] { return processes_that_mention(results()).empty(); }));
  const Json file = results_json();
  EXPECT_GE(file["runs"].size(), 1U);
  EXPECT_LT(file["runs"].size(), 50U);
  for (const Json& run : file["runs"]) EXPECT_EQ(run["status"], "ok");
}

INSTANTIATE_TEST_SUITE_P(Signals, EndedBy, testing::Values(SIGINT, SIGTERM, SIGKILL),
                         [](const auto& parameter) {
                           return std::string{sigabbrev_np(parameter.param)};
                         });

TEST_F(Waitbench, SaysThatItsResultsDirectoryCannotBeMade) {
  ChildProcess harness{{BIN_DIR "/waitbench", "--results", "/dev/null/results"}};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  EXPECT_NE(harness.standard_error().find("/dev/null/results"), std::string::npos);
  EXPECT_EQ(std::ranges::count(harness.standard_error(), '\n'), 1);
}

// A limit on the size of files stands for a full disk: the write fails in the middle.
TEST_F(Waitbench, StopsWhenResultsCannotBeWrittenAndLeavesNothingTorn) {
  ChildProcess harness{{"/bin/sh", "-c", R"(trap '' XFSZ; ulimit -f 8; exec "$0" "$@")",
                        BIN_DIR "/waitbench", "--results", results(), "--time-scale", "0.002"}};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 1");
  EXPECT_NE(harness.standard_error().find("results.json: File too large"), std::string::npos)
      << harness.standard_error();
  for (const auto& entry : std::filesystem::directory_iterator{results()})
    EXPECT_TRUE(Json::accept(read_file(entry.path()))) << entry.path();
}

struct BadOption {
  std::string name;
  std::vector<std::string> arguments;
  std::string must_say;
};

void PrintTo(const BadOption& option, std::ostream* out) {
  *out << option.name;
}

class BadOptions : public Waitbench, public testing::WithParamInterface<BadOption> {};

TEST_P(BadOptions, AreToldInOneLineAndNothingRuns) {
  ChildProcess harness{command(GetParam().arguments)};
  finish(harness);
  EXPECT_EQ(harness.ending(), "exit status 2");
  EXPECT_EQ(std::ranges::count(harness.standard_error(), '\n'), 1) << harness.standard_error();
  EXPECT_NE(harness.standard_error().find(GetParam().must_say), std::string::npos)
      << harness.standard_error();
  EXPECT_FALSE(std::filesystem::exists(results() / "results.json"));
}

// "1,2,3"
std::string up_to(int last) {
  std::string list = "1";
  for (int number = 2; number <= last; ++number) list += "," + std::to_string(number);
  return list;
}

const std::string measured_once = "each run is measured once";

INSTANTIATE_TEST_SUITE_P(
    Options, BadOptions,
    testing::Values(
        BadOption{"Model", {"--models", "fibers"}, "'fibers' is none of core, all, sequential"},
        BadOption{"AlmostAModel", {"--models", "seqential"}, "did you mean 'sequential'?"},
        BadOption{"AlmostAServer", {"--servers", "epol"}, "did you mean 'epoll'?"},
        BadOption{"AlmostAnOption",
                  {"--task", "3"},
                  "'--task' was not expected; did you mean '--tasks'?"},
        BadOption{"Unknown", {"--frobnicate"}, "--frobnicate"},
        BadOption{"NoTasks", {"--tasks", "0"}, "--tasks"},
        BadOption{"TasksInWords", {"--tasks", "three"}, "--tasks"},
        BadOption{"TasksTooMany", {"--tasks", "3,99999999"}, "--tasks"},
        BadOption{"NoThreads", {"--threads", "0"}, "--threads"},
        BadOption{"NoUnit", {"--response", "8"}, "--response: '8' is not a duration"},
        BadOption{"Parsecs", {"--connect", "2parsecs"}, "--connect"},
        BadOption{"Negative", {"--compute", "-4s"}, "--compute"},
        BadOption{"TwoDays", {"--connect", "2880min"}, "from 0s to 24h"},
        BadOption{"Compute", {"--compute", "nap"}, "--compute"},
        BadOption{"Server", {"--servers", "apache"}, "--servers"},
        BadOption{"NoServerThreads", {"--server-threads", "0"}, "--server-threads"},
        BadOption{"SplitOverFewPlaces",
                  {"--split", "--servers", "iterative"},
                  "--split: each part of the tasks has a server of its own"},
        BadOption{"OwnClientWithoutFacts",
                  {"--client", "mine=/bin/true"},
                  "--client: 'mine=/bin/true' is not NAME=PROGRAM,one|T|all,one|T|all,holds|frees"},
        BadOption{"OwnClientWithAnotherFact",
                  {"--client", "mine=/bin/true,all,one,maybe"},
                  "'maybe' is neither holds nor frees"},
        BadOption{"OwnClientThatComputesTooMuch",
                  {"--client", "mine=/bin/true,one,all,holds"},
                  "'all' tasks can't compute at once where 'one' are under way"},
        BadOption{"OwnClientThatIsNotThere",
                  {"--client", "mine=/bin/nothing,all,one,frees"},
                  "'/bin/nothing' is no program that can be run"},
        BadOption{"OwnClientWithATakenName",
                  {"--client", "callbacks=/bin/true,all,one,frees"},
                  "there is a 'callbacks' already"},
        BadOption{"OwnServerOfManyThreads",
                  {"--own-server", "mine=/bin/true,many"},
                  "'many' is none of one, T, all"},
        BadOption{"TimeScale", {"--time-scale", "0"}, "--time-scale"},
        BadOption{"TimeScaleNaN", {"--time-scale", "nan"}, "'nan' is not a factor"},
        BadOption{"TimeScaleInf", {"--time-scale", "inf"}, "from 0.000001 to 1000"},
        BadOption{"NothingInAList", {"--tasks", "1,2,,3"}, "'1,2,,3' is not a list"},
        BadOption{"NothingAtItsEnd", {"--models", "core,"}, "'core,' is not a list"},
        BadOption{"NothingAtItsBeginning", {"--arrival-rate", ",5"}, "',5' is not"},
        BadOption{"ManyWorkloads",
                  {"--tasks", up_to(101), "--threads", up_to(100)},
                  "10100 combinations are too many"},
        BadOption{"MinTime", {"--benchmark_min_time=1s"}, measured_once},
        BadOption{"WarmUpTime", {"--benchmark_min_warmup_time=1"}, measured_once},
        BadOption{"OtherOrder", {"--benchmark_enable_random_interleaving=true"}, measured_once},
        BadOption{"LongFilter",
                  {"--benchmark_filter=" + std::string(100'000, 'x')},
                  "--benchmark_filter: expected a pattern of at most 1000 characters"},
        BadOption{"FilterThatRepeats",
                  {"--benchmark_filter=(){30000}"},
                  "--benchmark_filter: expected a pattern of"},
        BadOption{"Filter", {"--benchmark_filter=nothing"}, "--benchmark_filter"},
        BadOption{"BenchmarkFlag", {"--benchmark_frobnicate"}, "benchmark_frobnicate"},
        BadOption{"Repetitions", {"--benchmark_repetitions=many"}, "repetitions"},
        BadOption{"SomeThreads", {"--threads", "4,none"}, "--threads"},
        BadOption{"Events", {"--events-up-to", "-1"}, "--events-up-to"},
        BadOption{"LongestRun", {"--longest-run", "60"}, "--longest-run"},
        BadOption{"Seed", {"--seed", "-1"}, "--seed"},
        BadOption{"NoRate", {"--arrival-rate", "0"}, "--arrival-rate: '0' is not"},
        BadOption{"NegativeRate", {"--arrival-rate", "-1"}, "'-1' is not a rate above"},
        BadOption{"RateNaN", {"--arrival-rate", "5,nan"}, "'nan' is not a rate above"},
        BadOption{"RateInf", {"--arrival-rate", "inf"}, "'inf' is not a rate above"},
        BadOption{"RateTooHigh", {"--arrival-rate", "1,1e7"}, "up to 1000000 tasks"},
        BadOption{"RateTooLow", {"--arrival-rate", "1e-300"}, "longer than 24h"},
        BadOption{"Burning",
                  {"--arrival-rate", "1", "--compute-kind", "burn"},
                  "--arrival-rate: only with --compute-kind hold"},
        BadOption{"RateAndSplit", {"--arrival-rate", "1", "--split"}, "--split"},
        BadOption{"RoundsOfNothing", {"--rounds", "3"}, "--quiz"},
        BadOption{"AnswersToNothing", {"--answers"}, "--quiz"},
        BadOption{"QuizOfChosenTasks", {"--quiz", "--tasks", "3"}, "--tasks"},
        BadOption{"NoRounds", {"--quiz", "--rounds", "0"}, "--rounds"},
        BadOption{"Arrivals", {"--arrivals", "even"}, "--arrival-rate"}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace waitbench
