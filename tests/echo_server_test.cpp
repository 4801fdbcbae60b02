// The echo server as a program: what it says, what it writes, and how it ends.
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <span>

#include "bench/models/servers.hpp"
#include "record/event_log.hpp"
#include "task/message.hpp"
#include "tests/built_models.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using std::chrono::milliseconds;

Ended interrupt(EchoServerProcess& server, int signal = SIGTERM) {
  return interrupt(server.process(), signal);
}

TEST(EchoServer, SaysFirstWhereItListensAndListensThere) {
  EchoServerProcess server{{"--response", "0s"}};
  expect_match(server.process().standard_output(),
               R"(listening on 127\.0\.0\.1:[1-9][0-9]{0,4}\n)");
  Peer peer{server.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
}

TEST(EchoServer, ListensWhereItIsTold) {
  EchoServerProcess server{{"--host", "127.0.0.2", "--response", "0s"}};
  EXPECT_EQ(server.endpoint().address().to_string(), "127.0.0.2");
  Peer peer{server.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
}

TEST(EchoServer, SaysThatOtherMachinesMayReachItAndServesAllTheSame) {
  EchoServerProcess server{{"--host", "0.0.0.0", "--response", "0s"}};
  come_and_go({asio::ip::address_v4::loopback(), server.endpoint().port()}, "task1");
  const Ended ended = interrupt(server);
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.errors,
            "echo_server: listens on 0.0.0.0, which other machines may reach: it is made for "
            "loopback (docs/security.md)\n");
}

// The system lets the peer connect and send; what comes is only the end of the server.
TEST(EchoServer, AnswersNobodyAtASilentAddress) {
  EchoServerProcess server{{"--response", "0s", "--silent-addresses", "1"}};
  Peer silent{at_address(server.endpoint(), 1)};
  silent.send("task1");
  come_and_go(server.endpoint(), "task2");
  EXPECT_FALSE(silent.is_readable_within(milliseconds{0}));
  const Ended ended = interrupt(server);
  silent.wait_for_hang_up();
  EXPECT_NE(ended.output.find("accepted 1, "), std::string::npos) << ended.output;
}

// --- How it ends ---------------------------------------------------------------------------------

class EchoServerEnds : public testing::TestWithParam<int> {};

TEST_P(EchoServerEnds, CleanlyWithoutConnections) {
  EchoServerProcess server{{}};
  const std::string first_line = server.process().standard_output();
  const Ended ended = interrupt(server, GetParam());
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.output, first_line + "accepted 0, echoed 0 bytes, dropped 0, most at once 0\n");
  EXPECT_EQ(ended.errors, "");
}

TEST_P(EchoServerEnds, CleanlyWithConnectionsOpen) {
  EchoServerProcess server{{"--response", "200ms"}};
  const std::string first_line = server.process().standard_output();
  Peer idle{server.endpoint()};
  round_trip(idle, "task1");
  Peer waits{server.endpoint()};
  waits.send("task2");
  round_trip(idle, "now");  // `waits` has been accepted

  const Ended ended = interrupt(server, GetParam());
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.output, first_line + "accepted 2, echoed 8 bytes, dropped 0, most at once 2\n");
  EXPECT_EQ(ended.errors, "");
  EXPECT_NO_THROW(idle.wait_for_hang_up());
  EXPECT_NO_THROW(waits.wait_for_hang_up());
}

TEST_P(EchoServerEnds, CleanlyOnSeveralThreads) {
  EchoServerProcess server{{"--model", "shared_loop", "--response", "0s", "--threads", "3"}};
  std::vector<Peer> peers;
  for (int i = 0; i < 6; ++i) peers.emplace_back(server.endpoint());
  for (Peer& peer : peers) EXPECT_EQ(round_trip(peer, "task1"), "task1");
  const Ended ended = interrupt(server, GetParam());
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_TRUE(ended.output.ends_with("\naccepted 6, echoed 30 bytes, dropped 0, most at once 6\n"))
      << ended.output;
}

INSTANTIATE_TEST_SUITE_P(On, EchoServerEnds, testing::Values(SIGINT, SIGTERM),
                         [](const auto& test) {
                           return std::string{test.param == SIGINT ? "Sigint" : "Sigterm"};
                         });

TEST(EchoServer, CountsWhomItDropped) {
  EchoServerProcess server{{"--response", "0s", "--idle-timeout", "200ms"}};
  Peer silent{server.endpoint()};
  silent.receive_until_end();
  come_and_go(server.endpoint(), "task1");
  const Ended ended = interrupt(server);
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_TRUE(ended.output.ends_with("\naccepted 2, echoed 5 bytes, dropped 1, most at once 1\n"))
      << ended.output;
}

// Each look wakes the process up; so does little else while nobody comes.
TEST(EchoServer, RestsBetweenLooksForIdlePeersHoweverShortTheIdleTimeout) {
  for (const char* timeout : {"0s", "1us"}) {
    EchoServerProcess server{{"--response", "0s", "--idle-timeout", timeout}};
    const auto begin = Clock::now();
    server.process().wait({.deadline = begin + milliseconds{100}});
    EXPECT_EQ(interrupt(server).ending, "exit status 0");
    const auto looks = (Clock::now() - begin) / milliseconds{5};
    EXPECT_LT(server.process().usage().ru_nvcsw, looks + 100) << timeout;
  }
}

// --- Its files -----------------------------------------------------------------------------------

TEST(EchoServer, WritesItsEventsAndResourcesWhole) {
  const TemporaryDirectory directory;
  EchoServerProcess server{{"--response", "20ms", "--events", directory.path() / "events.csv",
                            "--report", directory.path() / "report.json"}};
  for (int id : {7, 12}) {
    Peer peer{server.endpoint()};
    round_trip(peer, label_of(id));
  }
  EXPECT_EQ(names_in(directory.path()), Names{});  // nothing before it is whole
  EXPECT_EQ(interrupt(server).ending, "exit status 0");
  EXPECT_EQ(names_in(directory.path()), (Names{"events.csv", "report.json"}));

  const auto events = read_csv(directory.path() / "events.csv");
  ASSERT_EQ(events.size(), 6);
  for (size_t i : {size_t{0}, size_t{3}}) {
    EXPECT_EQ(events[i].step, Step::accepted);
    EXPECT_EQ(events[i + 1].step, Step::echoed);
    EXPECT_EQ(events[i].task, i == 0 ? 7 : 12);
    EXPECT_EQ(events[i + 1].task, events[i].task);
    EXPECT_EQ(events[i + 2].step, Step::closed);
    EXPECT_EQ(events[i + 2].task, events[i].task);
    EXPECT_GE(events[i + 1].time - events[i].time, milliseconds{20});
    EXPECT_EQ(events[i].thread, server.process().pid());
  }
  const auto report = nlohmann::json::parse(content_of(directory.path() / "report.json"));
  EXPECT_EQ(report.at("ending"), "ok");
  EXPECT_GT(report.at("peak_rss_bytes").get<std::int64_t>(), 0);
}

TEST(EchoServer, NamesTheEventsFileThatItCannotWrite) {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("/dev/full", directory.path() / "full");
  for (const auto& [file, reason] :
       {std::pair{directory.path() / "missing" / "events.csv", "No such file or directory"},
        std::pair{directory.path() / "full", "No space left on device"}}) {
    EchoServerProcess server{{"--response", "0s", "--events", file}};
    const Ended ended = interrupt(server);
    EXPECT_EQ(ended.ending, "exit status 1");
    EXPECT_EQ(ended.errors, "echo_server: can't write " + file.string() + ": " + reason + "\n");
  }
}

// --- When it can't have what it needs ------------------------------------------------------------

TEST(EchoServer, NamesAddressAndReasonWhenThePortIsInUse) {
  EchoServerProcess server{{}};
  const auto taken = server.endpoint();
  const Ended second = run_to_end({program("echo_server"), "--port", std::to_string(taken.port())});
  EXPECT_EQ(second.ending, "exit status 1");
  EXPECT_EQ(second.output, "");
  EXPECT_EQ(second.errors,
            "echo_server: can't listen on " + to_text(taken) + ": bind: Address already in use\n");
}

// How many more descriptors the process may have, which all have numbers below the limit.
size_t room_for_descriptors(pid_t process, int limit) {
  size_t room = static_cast<size_t>(limit);
  for (const auto& entry :
       std::filesystem::directory_iterator{"/proc/" + std::to_string(process) + "/fd"})
    if (std::stoi(entry.path().filename()) < limit) --room;  // others were inherited
  return room;
}

std::vector<Peer> peers_with_something_to_say(EchoServerProcess& server, size_t count) {
  std::vector<Peer> peers;
  for (size_t i = 0; i < count; ++i) {
    peers.emplace_back(server.endpoint());
    peers.back().send("task1");
  }
  return peers;
}

void expect_served(std::span<Peer> peers) {
  for (Peer& peer : peers) EXPECT_EQ(peer.receive(5), "task1");
}

// Returns when the server, too, has closed the connections.
void hang_up(std::span<Peer> peers) {
  for (Peer& peer : peers) peer.shut_down_sending();
  for (Peer& peer : peers) EXPECT_EQ(peer.receive_until_end(), "");
}

void wait_for_complaint(ChildProcess& process) {
  process.wait(
      {.deadline = deadline(), .interrupted = [&] { return !process.standard_error().empty(); }});
}

// Models that serve as many at once as there are descriptors for, in the order in which they come.
class EchoServerOfMany : public testing::TestWithParam<std::string_view> {};

TEST_P(EchoServerOfMany, SaysOnceThatItIsOutOfDescriptorsAndServesWhoWaitedWhenSomeAreFree) {
  constexpr int limit = 40;
  EchoServerProcess server{"ulimit -n " + std::to_string(limit),
                           {"--response", "0s", "--model", std::string{GetParam()}}};
  come_and_go(server.endpoint(), "task1");  // it has what it needs itself
  const size_t room = room_for_descriptors(server.process().pid(), limit);

  for (int times = 0; times < 2; ++times) {
    auto peers = peers_with_something_to_say(server, room + 5);
    const auto fit = std::span{peers}.first(room);
    const auto wait = std::span{peers}.subspan(room);
    expect_served(fit);
    wait_for_complaint(server.process());
    for (Peer& peer : wait) EXPECT_FALSE(peer.is_readable_within(milliseconds{0}));
    hang_up(fit);
    expect_served(wait);
    hang_up(wait);
  }
  const Ended ended = interrupt(server);
  EXPECT_EQ(ended.ending, "exit status 0");
  EXPECT_EQ(ended.errors,
            "echo_server: accepting pauses until descriptors are free: Too many open files\n");
  const std::string most_at_once = "dropped 0, most at once " + std::to_string(room) + "\n";
  EXPECT_TRUE(ended.output.ends_with(most_at_once)) << ended.output;
}

std::vector<std::string_view> models_that_accept_all_in_order() {
  auto names = server_models_to_be_had();
  for (const char* other : {"iterative", "thread_pool", "loop_per_core"}) std::erase(names, other);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, EchoServerOfMany,
                         testing::ValuesIn(models_that_accept_all_in_order()),
                         [](const auto& test) { return std::string{test.param}; });

// A sanitizer maps more memory than the limit for itself.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// The connection for which there was no thread is closed, the others go on, and the server says so
// in the end.
TEST(EchoServer, EndsAsRefusedWhereTheSystemRefusedAThreadForAConnection) {
  const TemporaryDirectory directory;
  EchoServerProcess server{"ulimit -v 60000",
                           {"--response", "0s", "--model", "thread_per_connection", "--report",
                            directory.path() / "report.json"}};
  std::vector<Peer> served;
  EXPECT_THROW(
      while (served.size() < 100) {
        Peer peer{server.endpoint()};
        round_trip(peer, "task1");
        served.push_back(std::move(peer));
      },
      std::system_error);
  EXPECT_EQ(round_trip(served.front(), "more"), "more");
  const Ended ended = interrupt(server);
  EXPECT_EQ(ended.ending, "exit status 5");
  EXPECT_EQ(ended.errors, "echo_server: refused: Resource temporarily unavailable\n");
  const auto report = nlohmann::json::parse(content_of(directory.path() / "report.json"));
  EXPECT_EQ(report.at("ending"), "refused");
}

#endif

TEST(EchoServer, ListsItsModelsAsTheHarnessDoes) {
  const Ended ended = run_to_end({program("echo_server"), "--list"});
  std::vector<std::string> listed;
  for (const std::string& line : lines_of(ended.output))
    listed.push_back(line.substr(0, line.find(' ')));
  std::vector<std::string> expected;
  for (const Server& server : servers) expected.emplace_back(server.name);
  EXPECT_EQ(listed, expected);
}

// --- Bad command lines ---------------------------------------------------------------------------

class EchoServerRefuses : public testing::TestWithParam<BadCommandLine> {};

TEST_P(EchoServerRefuses, InOneLineThatNamesTheOptionAndWhatItAccepts) {
  expect_usage_error("echo_server", GetParam());
}

const std::string a_duration = "a duration from 0s to 24h with a unit (ns, us, ms, s, min, h)";

INSTANTIATE_TEST_SUITE_P(
    Refuses, EchoServerRefuses,
    testing::Values(
        BadCommandLine{"UnknownOption", {"--frobnicate"}, {"--frobnicate", "--help"}},
        BadCommandLine{"StrayArgument", {"stray"}, {"stray", "--help"}},
        BadCommandLine{"PortTooHigh", {"--port", "70000"}, {"--port", "0", "65535"}},
        BadCommandLine{"NegativePort", {"--port", "-1"}, {"--port", "0", "65535"}},
        BadCommandLine{"PortByName", {"--port", "http"}, {"--port", "0", "65535"}},
        BadCommandLine{"PortMissing", {"--port"}, {"--port", "0", "65535"}},
        BadCommandLine{"DelayWithoutUnit", {"--response", "2"}, {"--response", a_duration}},
        BadCommandLine{"DelayUnknownUnit", {"--response", "2parsecs"}, {"--response", a_duration}},
        BadCommandLine{"NegativeDelay", {"--response", "-1s"}, {"--response", a_duration}},
        BadCommandLine{"AbsurdDelay", {"--response", "25h"}, {"--response", a_duration}},
        BadCommandLine{"DelayTwice", {"--response", "1s", "--response", "2s"}, {"--response"}},
        BadCommandLine{
            "IdleTimeoutWithoutUnit", {"--idle-timeout", "60"}, {"--idle-timeout", a_duration}},
        BadCommandLine{"FewerSilentAddressesThanNone",
                       {"--silent-addresses", "-1"},
                       {"--silent-addresses", "0", "1000"}},
        BadCommandLine{"NoThreads", {"--threads", "0"}, {"--threads", "1", "1000"}},
        BadCommandLine{"TooManyThreads", {"--threads", "1001"}, {"--threads", "1", "1000"}},
        BadCommandLine{"HostByName", {"--host", "nowhere"}, {"--host", "address"}},
        BadCommandLine{"HostOutOfRange", {"--host", "127.0.0.256"}, {"--host", "like 127.0.0.1"}},
        BadCommandLine{"EventsWithoutFile", {"--events"}, {"--events", "FILE"}}),
    name_of_bad);

}  // namespace
}  // namespace waitbench
