// The clients as programs: what they tell, what they write, and how they fail.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <tuple>

#include "bench/models/models.hpp"
#include "record/event_log.hpp"
#include "tests/built_models.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using Arguments = std::vector<std::string>;

// The command line of a client whose stages take no time.
Arguments command(std::string_view client, const asio::ip::tcp::endpoint& server,
                  const Arguments& more) {
  Arguments words{program(client), "--server", to_text(server), "--connect", "0s",
                  "--compute",     "0s"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A step as a client tells it.
struct Told {
  double seconds;
  int task;
  std::string step;
  int thread;
};

std::vector<Told> narration(const std::string& output) {
  static const std::regex form{
      R"( *([0-9]+\.[0-9]{6}) s  task([0-9]+) +([a-z]+) +thread ([0-9]+))"};
  std::vector<Told> told;
  for (const auto& line : lines_of(output)) {
    std::smatch found;
    if (std::regex_match(line, found, form))
      told.push_back({std::stod(found[1]), std::stoi(found[2]), found[3], std::stoi(found[4])});
    else
      ADD_FAILURE() << "not a step: " << line;
  }
  return told;
}

// --- Every client --------------------------------------------------------------------------------

std::vector<std::string> all_clients() {
  std::vector<std::string> names;
  for (const Model& model : built_models()) names.push_back("client_" + std::string{model.name});
  return names;
}

class EveryClient : public testing::TestWithParam<std::string> {
 protected:
  const std::string name_ = GetParam();
};

TEST_P(EveryClient, TellsTheStepsItRecordsEachOnALine) {
  const TemporaryDirectory directory;
  EchoServerProcess server{{"--response", "20ms"}};
  const Ended ended = run_to_end(command(
      name_, server.endpoint(), {"--tasks", "3", "--events", directory.path() / "events.csv"}));
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.errors, "");

  using Row = std::tuple<int, std::string, int>;
  std::vector<Row> told_rows;
  for (const Told& told : narration(ended.output))
    told_rows.emplace_back(told.task, told.step, told.thread);
  std::vector<Row> recorded_rows;
  for (const Event& event : read_csv(directory.path() / "events.csv"))
    recorded_rows.emplace_back(event.task, std::string{name_of(event.step)}, event.thread);
  std::ranges::sort(told_rows);
  std::ranges::sort(recorded_rows);
  EXPECT_EQ(told_rows.size(), 3 * 4);
  EXPECT_EQ(told_rows, recorded_rows);
}

TEST_P(EveryClient, TellsTheStepsOfATaskInTheirOrder) {
  EchoServerProcess server{{"--response", "20ms"}};
  const Ended ended = run_to_end(command(name_, server.endpoint(), {"--tasks", "3"}));

  auto told = narration(ended.output);
  std::ranges::stable_sort(told, {}, &Told::task);
  ASSERT_EQ(told.size(), 3 * 4);
  for (size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].task, static_cast<int>(i / 4) + 1);
    EXPECT_EQ(told[i].step, step_names.at(i % 4));
    if (i % 4 == 0) continue;
    EXPECT_GE(told[i].seconds, told[i - 1].seconds);
  }
}

TEST_P(EveryClient, RecordsWhenTasksWereDueIfTheyArriveOverTime) {
  const TemporaryDirectory directory;
  EchoServerProcess server{{"--response", "0s"}};
  const auto file = directory.path() / "events.csv";
  const Ended ended = run_to_end(command(name_, server.endpoint(),
                                         {"--tasks", "3", "--quiet", "--events", file,
                                          "--arrival-rate", "500", "--arrivals", "even"}));
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;

  std::map<int, Clock::time_point> due, started;
  for (const Event& event : read_csv(file)) {
    if (event.step == Step::due) due[event.task] = event.time;
    if (event.step == Step::started) started[event.task] = event.time;
  }
  ASSERT_EQ(due.size(), 3U);
  EXPECT_EQ(due[2] - due[1], std::chrono::milliseconds{2});
  EXPECT_EQ(due[3] - due[2], std::chrono::milliseconds{2});
  for (const auto& [task, time] : due) EXPECT_GE(started[task], time) << "task " << task;
}

TEST_P(EveryClient, SaysNothingWhenQuiet) {
  EchoServerProcess server{{"--response", "0s"}};
  const Ended ended = run_to_end(command(name_, server.endpoint(), {"--quiet"}));
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.output, "");
  EXPECT_EQ(ended.errors, "");
}

TEST_P(EveryClient, NamesTheTaskWhenThereIsNoServer) {
  const asio::ip::tcp::socket nobody_listens{context_of_test_sockets(), any_port};
  const Ended ended =
      run_to_end(command(name_, nobody_listens.local_endpoint(), {"--tasks", "1", "--quiet"}));
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.output, "");
  expect_match(ended.errors, name_ + R"(: task 1: (connect: )?Connection refused )"
                                     R"(\(1 of 1 tasks had started, 0 had finished\)\n)");
}

TEST_P(EveryClient, NamesTheTaskWhenTheServerHangsUpEarly) {
  FakeServer server;
  ChildProcess client{command(name_, server.endpoint(), {"--tasks", "1", "--quiet"})};
  {
    Peer connection = server.accept();
    EXPECT_EQ(connection.receive(5), "task1");
    connection.send("tas");
  }
  const Ended ended = wait_for_end(client);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors, name_ +
                              ": task 1: the server hung up before it had echoed everything "
                              "(1 of 1 tasks had started, 0 had finished)\n");
}

TEST_P(EveryClient, NamesTheTaskWhenTheServerResetsTheConnection) {
  FakeServer server;
  ChildProcess client{command(name_, server.endpoint(), {"--tasks", "1", "--quiet"})};
  Peer connection = server.accept();
  EXPECT_EQ(connection.receive(5), "task1");
  connection.reset();
  const Ended ended = wait_for_end(client);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(lines_of(ended.errors).size(), 1);
  EXPECT_TRUE(ended.errors.starts_with(name_ + ": task 1: ")) << ended.errors;
  EXPECT_NE(ended.errors.find("Connection reset by peer"), std::string::npos) << ended.errors;
}

TEST_P(EveryClient, TellsWhatCameInsteadOfTheEcho) {
  FakeServer server;
  ChildProcess client{command(name_, server.endpoint(), {"--tasks", "1", "--quiet"})};
  Peer connection = server.accept();
  EXPECT_EQ(connection.receive(5), "task1");
  connection.send("task2");
  const Ended ended = wait_for_end(client);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors, name_ +
                              ": task 1: sent 'task1', but the echo is 'task2' "
                              "(1 of 1 tasks had started, 0 had finished)\n");
}

INSTANTIATE_TEST_SUITE_P(Clients, EveryClient, testing::ValuesIn(all_clients()),
                         [](const auto& test) { return test.param; });

// --- Refused by the system -----------------------------------------------------------------------

class ClientOfManyConnections : public testing::TestWithParam<std::string> {};

TEST_P(ClientOfManyConnections, SaysThatItWasRefusedWhenItIsOutOfDescriptors) {
  const std::string& name = GetParam();
  EchoServerProcess server{{"--response", "100ms"}};
  const Ended ended = run_to_end(
      with_limit("ulimit -n 20", command(name, server.endpoint(), {"--tasks", "100", "--quiet"})));
  EXPECT_EQ(ended.ending, "exit status 5");
  expect_match(ended.errors, name +
                                 R"(: refused: task [0-9]+: (connect: )?Too many open files )"
                                 R"(\([0-9]+ of 100 tasks had started, [0-9]+ had finished\)\n)");
}

INSTANTIATE_TEST_SUITE_P(Refused, ClientOfManyConnections,
                         testing::Values("client_async_single_thread", "client_async_multi_thread",
                                         "client_thread_per_task", "client_async_offload",
                                         "client_async_join", "client_callbacks",
                                         "client_busy_poll", "client_select_loop",
                                         "client_poll_loop", "client_epoll_loop",
                                         "client_generator_loop"),
                         [](const auto& test) { return test.param; });

TEST(SequentialClient, NeedsNoMoreDescriptorsForMoreTasks) {
  EchoServerProcess server{{"--response", "0s"}};
  const Ended ended =
      run_to_end(with_limit("ulimit -n 20", command("client_sequential", server.endpoint(),
                                                    {"--tasks", "100", "--quiet"})));
  EXPECT_EQ(ended.ending, "exit status 0");
}

TEST(SelectClient, IsRefusedTheFirstDescriptorThatSelectHasNoBitFor) {
  EchoServerProcess server{{"--response", "1min"}};
  const Ended ended =
      run_to_end(with_limit("ulimit -n 1100", command("client_select_loop", server.endpoint(),
                                                      {"--tasks", "1050", "--quiet"})));
  EXPECT_EQ(ended.ending, "exit status 5");
  expect_match(ended.errors,
               R"(client_select_loop: refused: task [0-9]+: select can't watch descriptor 1024, )"
               R"(only those below FD_SETSIZE, 1024 )"
               R"(\(1050 of 1050 tasks had started, [0-9]+ had finished\)\n)");
}

// A sanitizer maps more memory than the limit for itself.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The system has no room for their stacks.
TEST(OffloadingClient, EndsWhenTheSystemRefusesAThreadOfItsPool) {
  EchoServerProcess server{{"--response", "0s"}};
  const Ended ended =
      run_to_end(with_limit("ulimit -v 500000", command("client_async_offload", server.endpoint(),
                                                        {"--threads", "10000", "--quiet"})));
  EXPECT_EQ(ended.ending, "exit status 5");
  EXPECT_EQ(ended.errors,
            "client_async_offload: refused: Resource temporarily unavailable "
            "(0 of 3 tasks had started, 0 had finished)\n");
}
#endif

// --- Files ---------------------------------------------------------------------------------------

TEST(ClientFiles, OfASuccessfulRunAreWhole) {
  const TemporaryDirectory directory;
  EchoServerProcess server{{"--response", "0s"}};
  const Ended ended =
      run_to_end(command("client_async_multi_thread", server.endpoint(),
                         {"--tasks", "50", "--quiet", "--events", directory.path() / "events.csv",
                          "--report", directory.path() / "report.json"}));
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(names_in(directory.path()), (Names{"events.csv", "report.json"}));
  EXPECT_EQ(read_csv(directory.path() / "events.csv").size(), 50 * 4);
  const auto report = nlohmann::json::parse(content_of(directory.path() / "report.json"));
  EXPECT_EQ(report.at("ending"), "ok");
  EXPECT_EQ(report.at("started"), 50);
  EXPECT_EQ(report.at("finished"), 50);
  EXPECT_TRUE(report.at("task").is_null());
  EXPECT_GT(report.at("peak_rss_bytes").get<std::int64_t>(), 0);
}

TEST(ClientFiles, OfAFailedRunHoldTheStepsThatHappened) {
  const TemporaryDirectory directory;
  FakeServer server;
  ChildProcess client{
      command("client_sequential", server.endpoint(),
              {"--tasks", "3", "--quiet", "--events", directory.path() / "events.csv", "--report",
               directory.path() / "report.json"})};
  {
    Peer first = server.accept();
    first.send(first.receive(5));
    Peer second = server.accept();
    second.receive(5);
  }
  const Ended ended = wait_for_end(client);
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors,
            "client_sequential: task 2: the server hung up before it had echoed everything "
            "(2 of 3 tasks had started, 1 had finished)\n");

  std::vector<std::pair<int, Step>> steps;
  for (const Event& event : read_csv(directory.path() / "events.csv"))
    steps.emplace_back(event.task, event.step);
  EXPECT_EQ(steps, (std::vector<std::pair<int, Step>>{{1, Step::started},
                                                      {1, Step::written},
                                                      {1, Step::read},
                                                      {1, Step::finished},
                                                      {2, Step::started},
                                                      {2, Step::written}}));
  const auto report = nlohmann::json::parse(content_of(directory.path() / "report.json"));
  EXPECT_EQ(report.at("ending"), "failed");
  EXPECT_EQ(report.at("task"), 2);
  EXPECT_EQ(report.at("operation"), "read");
  EXPECT_EQ(report.at("started"), 2);
  EXPECT_EQ(report.at("finished"), 1);
  EXPECT_EQ(names_in(directory.path()), (Names{"events.csv", "report.json"}));
}

TEST(ClientFiles, ThatCannotBeWrittenAreNamed) {
  const TemporaryDirectory directory;
  EchoServerProcess server{{"--response", "0s"}};
  std::filesystem::create_symlink("/dev/full", directory.path() / "full");
  const std::string missing = directory.path() / "missing" / "file";
  const std::string full = directory.path() / "full";
  for (const auto& [arguments, file, reason] :
       std::vector<std::tuple<Arguments, std::string, std::string>>{
           {{"--events", missing}, missing, "No such file or directory"},
           {{"--events", full}, full, "No space left on device"},
           {{"--report", missing}, missing, "No such file or directory"}}) {
    Arguments words = command("client_async_serial", server.endpoint(), {"--quiet"});
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Ended ended = run_to_end(words);
    EXPECT_EQ(ended.ending, "exit status 1");
    EXPECT_EQ(ended.errors, "client_async_serial: can't write " + file + ": " + reason + "\n");
  }
}

// --- Command lines -------------------------------------------------------------------------------

TEST(ClientHelp, NamesTheOptionsOnStandardOutput) {
  const Ended ended = run_to_end({program("client_sequential"), "--help"});
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.errors, "");
  for (const char* option : {"--server", "--tasks", "--threads", "--connect", "--compute",
                             "--compute-kind", "--uneven", "--events", "--report", "--quiet"})
    EXPECT_NE(ended.output.find(option), std::string::npos) << option;
}

class ClientRefuses : public testing::TestWithParam<BadCommandLine> {};

TEST_P(ClientRefuses, InOneLineThatNamesTheOptionAndWhatItAccepts) {
  expect_usage_error("client_sequential", GetParam());
}

const std::string a_duration = "a duration from 0s to 24h with a unit (ns, us, ms, s, min, h)";
const std::string an_endpoint =
    "ADDRESS:PORT with a numeric address and a port from 1 to 65535, like 127.0.0.1:6142";

INSTANTIATE_TEST_SUITE_P(
    Refuses, ClientRefuses,
    testing::Values(
        BadCommandLine{"UnknownOption", {"--frobnicate"}, {"--frobnicate", "--help"}},
        BadCommandLine{"StrayArgument", {"stray"}, {"stray", "--help"}},
        BadCommandLine{"NoTasks", {"--tasks", "0"}, {"--tasks", "1", "10000000"}},
        BadCommandLine{"NegativeTasks", {"--tasks", "-3"}, {"--tasks", "1", "10000000"}},
        BadCommandLine{"TooManyTasks", {"--tasks", "99999999"}, {"--tasks", "1", "10000000"}},
        BadCommandLine{"TasksBeyondAnyInteger",
                       {"--tasks", "99999999999999999999"},
                       {"--tasks", "1", "10000000"}},
        BadCommandLine{"TasksInWords", {"--tasks", "many"}, {"--tasks", "1", "10000000"}},
        BadCommandLine{"HalfATask", {"--tasks", "1.5"}, {"--tasks", "1", "10000000"}},
        BadCommandLine{"NoThreads", {"--threads", "0"}, {"--threads", "1", "10000"}},
        BadCommandLine{"TooManyThreads", {"--threads", "10001"}, {"--threads", "1", "10000"}},
        BadCommandLine{
            "UnknownComputeKind", {"--compute-kind", "spin"}, {"--compute-kind", "hold", "burn"}},
        BadCommandLine{"UnevenBelowOne", {"--uneven", "0.5"}, {"--uneven", "from 1 to 1000"}},
        BadCommandLine{"ServerWithoutPort", {"--server", "127.0.0.1"}, {"--server", an_endpoint}},
        BadCommandLine{"ServerPortZero", {"--server", "127.0.0.1:0"}, {"--server", an_endpoint}},
        BadCommandLine{
            "ServerPortTooHigh", {"--server", "127.0.0.1:99999"}, {"--server", an_endpoint}},
        BadCommandLine{"ServerByName", {"--server", "nowhere:80"}, {"--server", an_endpoint}},
        BadCommandLine{"NegativeConnect", {"--connect", "-1s"}, {"--connect", a_duration}},
        BadCommandLine{"ConnectWithoutUnit", {"--connect", "2"}, {"--connect", a_duration}},
        BadCommandLine{"ConnectUnknownUnit", {"--connect", "2parsecs"}, {"--connect", a_duration}},
        BadCommandLine{"AbsurdConnect", {"--connect", "25h"}, {"--connect", a_duration}},
        BadCommandLine{"ComputeTimeWithoutUnit", {"--compute", "4"}, {"--compute", a_duration}},
        BadCommandLine{"TasksTwice", {"--tasks", "1", "--tasks", "2"}, {"--tasks"}},
        BadCommandLine{"NoRate",
                       {"--arrival-rate", "0"},
                       {"--arrival-rate: '0' is not a rate above 0 and up to 1000000"}},
        BadCommandLine{"NegativeRate", {"--arrival-rate", "-1"}, {"--arrival-rate", "above 0"}},
        BadCommandLine{"RateNotANumber", {"--arrival-rate", "nan"}, {"--arrival-rate", "above 0"}},
        BadCommandLine{"EndlessRate", {"--arrival-rate", "inf"}, {"--arrival-rate", "1000000"}},
        BadCommandLine{"AbsurdRate", {"--arrival-rate", "1e7"}, {"--arrival-rate", "1000000"}},
        BadCommandLine{"RateThatTakesDays",
                       {"--arrival-rate", "1e-300"},
                       {"--arrival-rate", "at 1e-300 a second, 3 tasks take longer than 24h"}},
        BadCommandLine{"UnknownArrivals",
                       {"--arrival-rate", "1", "--arrivals", "odd"},
                       {"--arrivals", "poisson", "even"}},
        BadCommandLine{
            "ArrivalsWithoutRate", {"--arrivals", "even"}, {"--arrivals", "--arrival-rate"}},
        BadCommandLine{"SeedWithoutRate", {"--seed", "1"}, {"--seed", "--arrival-rate"}},
        BadCommandLine{"EventsWithoutFile", {"--events"}, {"--events", "FILE"}}),
    name_of_bad);

}  // namespace
}  // namespace waitbench
