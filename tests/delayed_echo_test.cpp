// The delayed echo server, in process: peers that behave, and peers that don't.
#include "server/delayed_echo.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "task/message.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using std::chrono::milliseconds;

// What every server does, whatever its model.
class EveryServer : public testing::TestWithParam<ServerModel> {
 protected:
  static ServerOptions with_delay(Duration delay) {
    return {.model = GetParam(), .address = any_port, .delay = delay, .record = true};
  }
  static ServerOptions with_idle_timeout(Duration delay, Duration idle_timeout) {
    ServerOptions options = with_delay(delay);
    options.idle_timeout = idle_timeout;
    return options;
  }
};

std::vector<Step> steps_of(const std::vector<Event>& events) {
  std::vector<Step> steps;
  for (const Event& event : events) steps.push_back(event.step);
  return steps;
}

// Every connection has both events, the echo no earlier than the delay after the accept.
void expect_delayed_echoes(const std::vector<Event>& events, int connections, Duration delay) {
  std::map<int, std::map<Step, Clock::time_point>> by_task;
  for (const Event& event : events) by_task[event.task][event.step] = event.time;
  EXPECT_EQ(events.size(), 2 * static_cast<size_t>(connections));
  EXPECT_EQ(by_task.size(), static_cast<size_t>(connections));
  for (const auto& [task, times] : by_task)
    EXPECT_GE(times.at(Step::echoed) - times.at(Step::accepted), delay) << "task " << task;
}

// Peers that have connected and sent "task1", "task2", ...
std::vector<Peer> labelled_peers(const asio::ip::tcp::endpoint& server, int count) {
  std::vector<Peer> peers;
  for (int id = 1; id <= count; ++id) {
    peers.emplace_back(server);
    peers.back().send(label_of(id));
  }
  return peers;
}

void expect_labels_back(std::vector<Peer>& peers) {
  int id = 0;
  for (Peer& peer : peers) {
    const std::string label = label_of(++id);
    EXPECT_EQ(peer.receive(label.size()), label);
  }
}

// Sends, and reads nothing, until no buffer between here and the server has taken more for
// `patience`.
void fill_with_bytes(Peer& peer, milliseconds patience) {
  const std::string bytes(64 * 1024, 'x');
  const auto give_up = deadline();
  while (peer.is_writable_within(patience) && Clock::now() < give_up) peer.send_what_fits(bytes);
}

// --- The delay -----------------------------------------------------------------------------------

TEST_P(EveryServer, RepliesNoEarlierThanTheDelay) {
  constexpr milliseconds delay{150};
  EchoInBackground echo{with_delay(delay)};
  echo.run();
  const auto start = Clock::now();
  Peer peer{echo.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
  EXPECT_GE(Clock::now() - start, delay);
  expect_delayed_echoes(echo.end().events(), 1, delay);
}

TEST_P(EveryServer, CountsTheDelayFromAcceptNotFromTheFirstByte) {
  EchoInBackground echo{with_delay(milliseconds{300})};
  echo.run();
  Peer silent{echo.endpoint()};
  Peer clock{echo.endpoint()};
  round_trip(clock, "task3");  // accepted after `silent`, whose delay is now over, too

  Peer newcomer{echo.endpoint()};
  newcomer.send("task2");
  EXPECT_EQ(round_trip(silent, "task1"), "task1");
  EXPECT_EQ(newcomer.receive(5), "task2");

  std::vector<int> echoed;
  for (const Event& event : echo.end().events())
    if (event.step == Step::echoed) echoed.push_back(event.task);
  EXPECT_EQ(echoed, (std::vector{3, 1, 2}));
}

TEST_P(EveryServer, DelaysOnlyTheFirstEchoOfAConnection) {
  EchoInBackground echo{with_delay(milliseconds{200})};
  echo.run();
  Peer first{echo.endpoint()};
  round_trip(first, "task1");
  Peer newcomer{echo.endpoint()};
  newcomer.send("task2");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(round_trip(first, "again"), "again");
  EXPECT_FALSE(newcomer.is_readable_within(milliseconds{0}));
  EXPECT_EQ(newcomer.receive(5), "task2");
}

TEST_P(EveryServer, EchoesBytesThatComeInPiecesInTheirOrder) {
  EchoInBackground echo{with_delay(milliseconds{50})};
  echo.run();
  Peer peer{echo.endpoint()};
  for (const char* piece : {"ta", "sk", "7"}) peer.send(piece);
  EXPECT_EQ(peer.receive(5), "task7");
  for (const char* piece : {" and", " so", " on"}) peer.send(piece);
  EXPECT_EQ(peer.receive(10), " and so on");
}

// --- Many at once --------------------------------------------------------------------------------

TEST_P(EveryServer, WaitsForAllConnectionsAtOnce) {
  constexpr int connections = 400;
  constexpr milliseconds delay{300};
  EchoInBackground echo{with_delay(delay)};
  auto peers = labelled_peers(echo.endpoint(), connections);
  echo.run();  // and accepts all who have come
  expect_labels_back(peers);

  const DelayedEcho& server = echo.end();
  const auto events = server.events();
  expect_delayed_echoes(events, connections, delay);
  std::vector<Step> accepts_before_echoes(connections, Step::accepted);
  accepts_before_echoes.resize(2 * connections, Step::echoed);
  EXPECT_EQ(steps_of(events), accepts_before_echoes);
  EXPECT_EQ(server.summary().most_at_once, connections);
}

TEST_P(EveryServer, DealsConnectionsOutToItsThreads) {
  constexpr int connections = 30;
  ServerOptions options = with_delay(milliseconds{50});
  options.threads = 3;
  EchoInBackground echo{options};
  auto peers = labelled_peers(echo.endpoint(), connections);
  echo.run();
  expect_labels_back(peers);

  const DelayedEcho& server = echo.end();
  expect_delayed_echoes(server.events(), connections, options.delay);
  std::map<int, int> echoes_by_thread;
  for (const Event& event : server.events())
    if (event.step == Step::echoed) ++echoes_by_thread[event.thread];
  EXPECT_EQ(echoes_by_thread.size(), 3);
  for (const auto& [thread, echoes] : echoes_by_thread) EXPECT_EQ(echoes, connections / 3);
  EXPECT_EQ(server.summary().accepted, connections);
  EXPECT_EQ(server.summary().echoed_bytes, 9 * 5 + 21 * 6);  // "task1" to "task30"
}

// --- How connections end -------------------------------------------------------------------------

TEST_P(EveryServer, SendsAHalfClosedPeerEveryByteAndThenTheEnd) {
  EchoInBackground echo{with_delay(milliseconds{50})};
  echo.run();
  Peer peer{echo.endpoint()};
  peer.send("task1 is all I have to say");
  peer.shut_down_sending();
  EXPECT_EQ(peer.receive_until_end(), "task1 is all I have to say");
  EXPECT_EQ(echo.end().summary().dropped, 0);
}

TEST_P(EveryServer, CountsAResetDuringTheDelayAsDroppedAndServesTheOthers) {
  EchoInBackground echo{with_delay(milliseconds{100})};
  auto peers = labelled_peers(echo.endpoint(), 3);
  peers.front().reset();
  echo.run();
  EXPECT_EQ(peers[1].receive(5), "task2");
  EXPECT_EQ(peers[2].receive(5), "task3");
  EXPECT_EQ(round_trip(peers[2], "done"), "done");  // after the server has seen the reset
  const auto summary = echo.end().summary();
  EXPECT_EQ(summary.accepted, 3);
  EXPECT_EQ(summary.dropped, 1);
}

TEST_P(EveryServer, CountsAResetAfterTheDelayAsDroppedAndServesTheOthers) {
  EchoInBackground echo{with_delay(milliseconds{50})};
  auto peers = labelled_peers(echo.endpoint(), 3);
  echo.run();
  expect_labels_back(peers);
  peers.front().reset();
  EXPECT_EQ(round_trip(peers[1], "more"), "more");
  EXPECT_EQ(round_trip(peers[2], "done"), "done");
  EXPECT_EQ(echo.end().summary().dropped, 1);
}

TEST_P(EveryServer, StopsWithConnectionsOpenAndClosesThem) {
  std::optional<EchoInBackground> echo{with_delay(milliseconds{200})};
  echo->run();
  Peer idle{echo->endpoint()};
  Peer takes_nothing{echo->endpoint()};
  round_trip(idle, "task1");
  fill_with_bytes(takes_nothing, milliseconds{100});
  Peer waits{echo->endpoint()};
  waits.send("task2");
  round_trip(idle, "now");  // `waits` has been accepted

  const auto summary = echo->end().summary();
  EXPECT_EQ(summary.accepted, 3);
  EXPECT_EQ(summary.dropped, 0);
  echo.reset();
  for (Peer* peer : {&idle, &takes_nothing, &waits}) EXPECT_NO_THROW(peer->wait_for_hang_up());
}

TEST_P(EveryServer, DoesNotServeWhenItWasStoppedBefore) {
  DelayedEcho server{with_delay(milliseconds{0})};
  server.stop();
  server.run();  // returns
  EXPECT_EQ(server.summary().accepted, 0);
}

// --- Peers that are slow, or silent --------------------------------------------------------------

// Sends `payload` at once, but reads only when nothing more of it is taken, and then in small
// pieces.
std::string read_late_and_slowly(Peer& peer, std::string_view payload) {
  std::string echoed;
  while (!payload.empty() && peer.is_writable_within(milliseconds{100}))
    payload.remove_prefix(peer.send_what_fits(payload));
  while (!payload.empty()) {
    if (peer.is_readable_within(milliseconds{1})) echoed += peer.receive_some(10'000);
    payload.remove_prefix(peer.send_what_fits(payload));
  }
  peer.shut_down_sending();
  return echoed + peer.receive_until_end();
}

// Bytes that repeat late, and begin differently for each `start`.
std::string noise(size_t size, size_t start) {
  std::string bytes(size, ' ');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i + start) * 2654435761U >> 16);
  return bytes;
}

TEST_P(EveryServer, SendsLargePayloadsBackUnchangedToSlowReaders) {
  constexpr size_t size = 8 * 1024 * 1024;
  EchoInBackground echo{with_delay(milliseconds{20})};
  echo.run();
  std::vector<std::future<bool>> unchanged;
  for (const size_t start : {0U, 1000U, 2000U})
    unchanged.push_back(std::async(std::launch::async, [&, start] {
      Peer peer{echo.endpoint()};
      const std::string payload = noise(size, start);
      return read_late_and_slowly(peer, payload) == payload;
    }));
  for (auto& is_unchanged : unchanged) EXPECT_TRUE(is_unchanged.get());

  const auto summary = echo.end().summary();
  EXPECT_EQ(summary.echoed_bytes, 3 * size);
  EXPECT_EQ(summary.dropped, 0);
}

TEST_P(EveryServer, DropsASilentPeerNoEarlierThanTheIdleTimeoutAfterTheDelay) {
  EchoInBackground echo{with_idle_timeout(milliseconds{100}, milliseconds{200})};
  echo.run();
  const auto start = Clock::now();
  Peer silent{echo.endpoint()};
  EXPECT_EQ(silent.receive_until_end(), "");
  EXPECT_GE(Clock::now() - start, milliseconds{300});
  come_and_go(echo.endpoint(), "after that");
  EXPECT_EQ(echo.end().summary().dropped, 1);
}

TEST_P(EveryServer, DropsNobodyDuringTheDelayHoweverShortTheIdleTimeout) {
  EchoInBackground echo{with_idle_timeout(milliseconds{300}, milliseconds{150})};
  echo.run();
  Peer peer{echo.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
}

TEST_P(EveryServer, KeepsAPeerThatGoesOnSendingWhileItDropsASilentOne) {
  EchoInBackground echo{with_idle_timeout(milliseconds{0}, milliseconds{400})};
  echo.run();
  Peer talkative{echo.endpoint()};
  Peer silent{echo.endpoint()};
  const auto give_up = deadline();
  while (!silent.is_readable_within(milliseconds{20}) && Clock::now() < give_up)
    EXPECT_EQ(round_trip(talkative, "still here"), "still here");
  EXPECT_EQ(silent.receive_until_end(), "");
  EXPECT_EQ(round_trip(talkative, "and now?"), "and now?");
  EXPECT_EQ(echo.end().summary().dropped, 1);
}

TEST_P(EveryServer, DropsAPeerThatTakesNothing) {
  EchoInBackground echo{with_idle_timeout(milliseconds{0}, milliseconds{200})};
  echo.run();
  Peer takes_nothing{echo.endpoint()};
  EXPECT_THROW(fill_with_bytes(takes_nothing, patience_with_everybody), std::system_error);
  come_and_go(echo.endpoint(), "after that");
  EXPECT_EQ(echo.end().summary().dropped, 1);
}

// --- Records and summary -------------------------------------------------------------------------

TEST_P(EveryServer, RecordsTheNumberOfTheFirstLabelAndZeroForAnythingElse) {
  const std::vector<std::pair<std::string, int>> cases{
      {"task7", 7}, {"task10000", 10000},     {"hello", 0},  {"task", 0},
      {"7", 0},     {"a task9", 0},           {"task-3", 0}, {"task99999999999", 0},
      {"Task3", 0}, {std::string(5, '\0'), 0}};
  EchoInBackground echo{with_delay(milliseconds{0})};
  echo.run();
  std::vector<int> expected;
  for (const auto& [text, number] : cases) {
    Peer peer{echo.endpoint()};
    EXPECT_EQ(round_trip(peer, text), text);
    EXPECT_EQ(round_trip(peer, "task4711"), "task4711");  // only the first counts
    expected.insert(expected.end(), 2, number);
  }
  std::vector<int> recorded;
  std::vector<Step> steps;
  for (const Event& event : echo.end().events()) {
    recorded.push_back(event.task);
    steps.push_back(event.step);
  }
  EXPECT_EQ(recorded, expected);
  for (size_t i = 0; i < steps.size(); ++i)
    EXPECT_EQ(steps[i], i % 2 == 0 ? Step::accepted : Step::echoed) << i;
}

TEST_P(EveryServer, OrdersTheEventsOfAllThreadsByTime) {
  ServerOptions options = with_delay(milliseconds{0});
  options.threads = 3;
  EchoInBackground echo{options};
  echo.run();
  auto peers = labelled_peers(echo.endpoint(), 20);
  expect_labels_back(peers);
  const auto events = echo.end().events();
  EXPECT_EQ(events.size(), 40);
  EXPECT_TRUE(std::ranges::is_sorted(events, {}, &Event::time));
}

TEST_P(EveryServer, RecordsNothingUnasked) {
  EchoInBackground echo{{.model = GetParam(), .address = any_port, .delay = milliseconds{0}}};
  echo.run();
  Peer peer{echo.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
  EXPECT_TRUE(echo.end().events().empty());
}

TEST_P(EveryServer, SumsUpExactly) {
  EchoInBackground echo{with_delay(milliseconds{0})};
  echo.run();
  Peer stays{echo.endpoint()};
  EXPECT_EQ(round_trip(stays, "task1"), "task1");
  come_and_go(echo.endpoint(), "task22");
  come_and_go(echo.endpoint(), "task333");

  const auto summary = echo.end().summary();
  EXPECT_EQ(summary.accepted, 3);
  EXPECT_EQ(summary.echoed_bytes, 5 + 6 + 7);
  EXPECT_EQ(summary.dropped, 0);
  EXPECT_EQ(summary.most_at_once, 2);
}

// --- Starting ------------------------------------------------------------------------------------

TEST_P(EveryServer, SaysWhichPortTheKernelChose) {
  DelayedEcho one{{.address = any_port}};
  DelayedEcho another{{.address = any_port}};
  EXPECT_NE(one.local_endpoint().port(), 0);
  EXPECT_NE(one.local_endpoint(), another.local_endpoint());
}

TEST_P(EveryServer, ThrowsWhenThePortIsInUse) {
  const DelayedEcho first{{.address = any_port}};
  try {
    const DelayedEcho second{{.address = first.local_endpoint()}};
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), asio::error::address_in_use);
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, EveryServer,
                         testing::Values(ServerModel::coroutines, ServerModel::epoll),
                         [](const auto& test) {
                           return std::string{test.param == ServerModel::epoll ? "epoll"
                                                                               : "coroutines"};
                         });

}  // namespace
}  // namespace waitbench
