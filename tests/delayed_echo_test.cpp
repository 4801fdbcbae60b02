// The delayed echo server, in process: peers that behave, and peers that don't.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "task/message.hpp"
#include "tests/built_models.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using std::chrono::milliseconds;

// What every server does, whatever its model.
class EveryServer : public testing::TestWithParam<std::string_view> {
 protected:
  static constexpr int threads = 4;  // of the models with a fixed number of them

  static ServerOptions with_delay(Duration delay) {
    return {.model = GetParam(),
            .address = any_port,
            .delay = delay,
            .threads = threads,
            .record = true};
  }
  static ServerOptions with_idle_timeout(Duration delay, Duration idle_timeout) {
    ServerOptions options = with_delay(delay);
    options.idle_timeout = idle_timeout;
    return options;
  }

  // Of so many connections, those that the model serves at once.
  static int at_once(int connections) {
    if (GetParam() == "iterative") return 1;
    return GetParam() == "thread_pool" ? std::min(connections, threads) : connections;
  }
};

// What every server does but an iterative one, which serves nobody else meanwhile.
class ServerOfSeveral : public EveryServer {};

std::vector<Step> steps_of(const std::vector<Event>& events) {
  std::vector<Step> steps;
  for (const Event& event : events) steps.push_back(event.step);
  return steps;
}

// Every connection has all three events, the echo no earlier than the delay after the accept.
void expect_delayed_echoes(const std::vector<Event>& events, int connections, Duration delay) {
  std::map<int, std::map<Step, Clock::time_point>> by_task;
  for (const Event& event : events) by_task[event.task][event.step] = event.time;
  EXPECT_EQ(events.size(), 3 * static_cast<size_t>(connections));
  EXPECT_EQ(by_task.size(), static_cast<size_t>(connections));
  for (const auto& [task, times] : by_task) {
    EXPECT_GE(times.at(Step::echoed) - times.at(Step::accepted), delay) << "task " << task;
    EXPECT_GE(times.at(Step::closed), times.at(Step::echoed)) << "task " << task;
  }
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

// One of those who connect to a server and mean it no good.
void attack(const asio::ip::tcp::endpoint& server, std::mt19937& dice, std::vector<Peer>& silent) {
  Peer peer{server};
  const auto noise = [&](size_t bytes) {
    std::string text(bytes, ' ');
    for (char& letter : text) letter = static_cast<char>(dice());
    return text;
  };
  switch (dice() % 6) {
    case 0:
      return peer.reset();
    case 1:
      peer.send(noise(1 + dice() % 100));
      return peer.reset();
    case 2:
      peer.send("task" + std::to_string(dice() % 5) + noise(dice() % 3));
      return peer.close();
    case 3:
      peer.send_what_fits(noise(1 << 20));
      return;
    case 4:
      peer.shut_down_sending();
      [[fallthrough]];
    default:
      silent.push_back(std::move(peer));
  }
}

// --- Attackers -----------------------------------------------------------------------------------

TEST_P(EveryServer, ServesItsPeersAmongAttackers) {
  // Where few are served at once, silent attackers keep everybody waiting until they are dropped.
  const int rounds = at_once(400) == 400 ? 40 : 2;
  EchoInBackground echo{with_idle_timeout(milliseconds{20}, milliseconds{200})};
  echo.run();
  std::mt19937 dice{1};
  std::vector<Peer> silent;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 10; ++i) attack(echo.endpoint(), dice, silent);
    come_and_go(echo.endpoint(), "task" + std::to_string(100 + round));
  }
  const DelayedEcho& ended = echo.end();
  EXPECT_EQ(ended.summary().accepted, rounds * 11);
  int served = 0;
  for (const Event& event : ended.events())
    served += event.task >= 100 && event.step == Step::echoed;
  EXPECT_EQ(served, rounds);
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

TEST_P(ServerOfSeveral, CountsTheDelayFromAcceptNotFromTheFirstByte) {
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

TEST_P(ServerOfSeveral, DelaysOnlyTheFirstEchoOfAConnection) {
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

TEST_P(EveryServer, WaitsAtOnceForAllConnectionsThatItHasPlacesFor) {
  const int connections = at_once(100);
  constexpr milliseconds delay{500};
  EchoInBackground echo{with_delay(delay)};
  auto peers = labelled_peers(echo.endpoint(), connections);
  echo.run();  // and accepts all who have come
  expect_labels_back(peers);

  const DelayedEcho& server = echo.end();
  auto events = server.events();
  expect_delayed_echoes(events, connections, delay);
  std::ranges::stable_sort(events, {}, &Event::time);
  EXPECT_EQ(std::ranges::find(events, Step::echoed, &Event::step) - events.begin(), connections)
      << "all are accepted before the first is answered";
  EXPECT_EQ(server.summary().most_at_once, connections);
}

// Those who come in vain wait in the backlog, and their delay begins when one before them has
// closed.
TEST_P(EveryServer, AcceptsNobodyForWhomItHasNoPlace) {
  const int places = at_once(10);
  EchoInBackground echo{with_delay(milliseconds{30})};
  auto peers = labelled_peers(echo.endpoint(), places + 1);
  echo.run();
  for (Peer& peer : peers) {
    peer.receive_some(100);
    peer.close();
  }
  auto events = echo.end().events();
  ASSERT_EQ(events.size(), 3 * peers.size());
  std::ranges::stable_sort(events, {}, &Event::time);
  const auto first_echo = std::ranges::find(events, Step::echoed, &Event::step);
  EXPECT_LE(first_echo - events.begin(), at_once(places + 1));
}

// --- Threads -------------------------------------------------------------------------------------

struct Threads {
  std::set<int> accepting;
  std::set<int> serving;
  bool serve_what_they_accept = true;
};

Threads threads_of(const std::vector<Event>& events) {
  Threads threads;
  for (size_t i = 0; i + 1 < events.size(); i += 3) {
    threads.accepting.insert(events[i].thread);
    threads.serving.insert(events[i + 1].thread);
    threads.serve_what_they_accept &= events[i].thread == events[i + 1].thread;
  }
  return threads;
}

TEST_P(EveryServer, ServesOnTheThreadsThatItsModelHas) {
  constexpr size_t connections = 40;
  EchoInBackground echo{with_delay(milliseconds{5})};
  auto peers = labelled_peers(echo.endpoint(), connections);
  echo.run();
  for (Peer& peer : peers) {
    peer.receive_some(100);
    peer.close();
  }
  const auto [accepting, serving, serve_what_they_accept] = threads_of(echo.end().events());
  if (GetParam() == "thread_per_connection") {
    EXPECT_EQ(accepting.size(), 1);
    EXPECT_EQ(serving.size(), connections);
  } else if (GetParam() == "thread_pool") {
    EXPECT_EQ(serving.size(), threads);
    EXPECT_TRUE(serve_what_they_accept);
  } else if (GetParam() == "loop_per_core") {
    EXPECT_GT(serving.size(), 1);  // the kernel deals them out
    EXPECT_LE(serving.size(), threads);
    EXPECT_TRUE(serve_what_they_accept);
  } else if (GetParam() == "shared_loop") {
    EXPECT_LE(serving.size(), threads);
  } else {
    EXPECT_EQ(serving.size(), 1);
    EXPECT_TRUE(serve_what_they_accept);
  }
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

TEST_P(ServerOfSeveral, CountsAResetDuringTheDelayAsDroppedAndServesTheOthers) {
  EchoInBackground echo{with_delay(milliseconds{100})};
  auto peers = labelled_peers(echo.endpoint(), 3);
  peers.front().reset();
  echo.run();
  EXPECT_EQ(peers[1].receive(5), "task2");
  EXPECT_EQ(peers[2].receive(5), "task3");
  EXPECT_TRUE(waits_for([&] { return echo.summary().dropped == 1; }));
  EXPECT_EQ(echo.end().summary().accepted, 3);
}

TEST_P(ServerOfSeveral, CountsAResetAfterTheDelayAsDroppedAndServesTheOthers) {
  EchoInBackground echo{with_delay(milliseconds{50})};
  auto peers = labelled_peers(echo.endpoint(), 3);
  echo.run();
  expect_labels_back(peers);
  peers.front().reset();
  EXPECT_EQ(round_trip(peers[1], "more"), "more");
  EXPECT_TRUE(waits_for([&] { return echo.summary().dropped == 1; }));
}

TEST_P(ServerOfSeveral, StopsWithConnectionsOpenAndClosesThem) {
  std::optional<EchoInBackground> echo{with_delay(milliseconds{200})};
  echo->run();
  Peer idle{echo->endpoint()};
  Peer takes_nothing{echo->endpoint()};
  round_trip(idle, "task1");
  fill_with_bytes(takes_nothing, milliseconds{100});
  Peer waits{echo->endpoint()};
  waits.send("task2");
  EXPECT_TRUE(waits_for([&] { return echo->summary().accepted == 3; }));

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

TEST_P(ServerOfSeveral, KeepsAPeerThatGoesOnSendingWhileItDropsASilentOne) {
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

TEST_P(EveryServer, RecordsTheTaskWhoseLabelCameFirstAndZeroForAnythingElse) {
  const std::vector<std::pair<std::string, int>> cases{{"task7", 7},
                                                       {"task10000", 10000},
                                                       {"task2147483647", 2147483647},
                                                       {"hello", 0},
                                                       {"task", 0},
                                                       {"7", 0},
                                                       {"a task9", 0},
                                                       {"task0", 0},
                                                       {"task-3", 0},
                                                       {"task+3", 0},
                                                       {"task03", 0},
                                                       {"task 3", 0},
                                                       {"task7xyz", 0},
                                                       {"task7\n", 0},
                                                       {"task7task8", 0},
                                                       {"task2147483648", 0},
                                                       {"task99999999999", 0},
                                                       {"Task3", 0},
                                                       {std::string(5, '\0'), 0}};
  EchoInBackground echo{with_delay(milliseconds{0})};
  echo.run();
  std::vector<int> expected;
  for (const auto& [text, number] : cases) {
    Peer peer{echo.endpoint()};
    EXPECT_EQ(round_trip(peer, text), text);
    EXPECT_EQ(round_trip(peer, "task4711"), "task4711");  // only the first counts
    expected.insert(expected.end(), 3, number);
  }
  std::vector<int> recorded;
  std::vector<Step> steps;
  for (const Event& event : echo.end().events()) {
    recorded.push_back(event.task);
    steps.push_back(event.step);
  }
  EXPECT_EQ(recorded, expected);
  constexpr std::array in_order{Step::accepted, Step::echoed, Step::closed};
  for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i], in_order.at(i % 3)) << i;
}

TEST_P(EveryServer, OrdersTheConnectionsOfAllThreadsByTheirEchoes) {
  const int connections = at_once(20);
  EchoInBackground echo{with_delay(milliseconds{0})};
  echo.run();
  auto peers = labelled_peers(echo.endpoint(), connections);
  expect_labels_back(peers);
  const auto events = echo.end().events();
  std::vector<Event> echoes;
  std::ranges::copy_if(events, std::back_inserter(echoes),
                       [](const Event& event) { return event.step == Step::echoed; });
  EXPECT_EQ(echoes.size(), peers.size());
  EXPECT_TRUE(std::ranges::is_sorted(echoes, {}, &Event::time));
}

// The peer that comes first speaks last.
TEST_P(ServerOfSeveral, KeepsTheEventsOfTwoConnectionsWithOneLabelApart) {
  EchoInBackground echo{with_delay(milliseconds{0})};
  echo.run();
  Peer first{echo.endpoint()};
  EXPECT_TRUE(waits_for([&] { return echo.summary().accepted == 1; }));
  come_and_go(echo.endpoint(), "task7");
  EXPECT_EQ(round_trip(first, "task7"), "task7");
  const auto events = echo.end().events();
  ASSERT_EQ(steps_of(events), (std::vector{Step::accepted, Step::echoed, Step::closed,
                                           Step::accepted, Step::echoed, Step::closed}));
  EXPECT_LT(events[1].time, events[4].time);
  EXPECT_GT(events[0].time, events[3].time) << "who echoed first was accepted last";
}

TEST_P(EveryServer, RecordsNothingUnasked) {
  EchoInBackground echo{{.model = GetParam(), .address = any_port, .delay = milliseconds{0}}};
  echo.run();
  Peer peer{echo.endpoint()};
  EXPECT_EQ(round_trip(peer, "task1"), "task1");
  EXPECT_TRUE(echo.end().events().empty());
}

TEST_P(ServerOfSeveral, SumsUpExactly) {
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
  DelayedEcho one{with_delay({})};
  DelayedEcho another{with_delay({})};
  EXPECT_NE(one.local_endpoint().port(), 0);
  EXPECT_NE(one.local_endpoint(), another.local_endpoint());
}

TEST_P(EveryServer, ThrowsWhenThePortIsInUse) {
  const DelayedEcho first{with_delay({})};
  ServerOptions same_port = with_delay({});
  same_port.address = first.local_endpoint();
  try {
    const DelayedEcho second{same_port};
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
  }
}

auto names_of_models_that_serve_several() {
  auto names = server_models_to_be_had();
  std::erase(names, "iterative");
  return names;
}

constexpr auto name_of_param = [](const auto& test) { return std::string{test.param}; };

INSTANTIATE_TEST_SUITE_P(Servers, EveryServer, testing::ValuesIn(server_models_to_be_had()),
                         name_of_param);
INSTANTIATE_TEST_SUITE_P(Servers, ServerOfSeveral,
                         testing::ValuesIn(names_of_models_that_serve_several()), name_of_param);

}  // namespace
}  // namespace waitbench
