// Boards of events: in one process's memory, and in memory that several look at.
#include "record/event_board.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "record/shared_board.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

Event event(int task, Step step, int ns) {
  return {task, step, Clock::time_point{Duration{ns}}, 100 + task};
}

TEST(EventBoard, IsEmptyAtFirst) {
  EXPECT_TRUE(EventBoard{3}.events().empty());
  EXPECT_TRUE(SharedBoard{3}.events().empty());
}

TEST(EventBoard, KeepsEveryStepOfEveryTask) {
  EventBoard board{2};
  std::vector<Event> noted;
  for (const Step step :
       {Step::started, Step::written, Step::read, Step::finished, Step::accepted, Step::echoed})
    for (const int task : {1, 2}) {
      noted.push_back(event(task, step, 7 + static_cast<int>(noted.size())));
      board.put(noted.back());
    }
  EXPECT_EQ(board.events(), noted);
}

TEST(EventBoard, RefusesATaskThatItHasNoPlaceFor) {
  EventBoard board{2};
  EXPECT_THROW(board.put(event(0, Step::started, 1)), std::out_of_range);
  EXPECT_THROW(board.put(event(3, Step::started, 1)), std::out_of_range);
}

TEST(EventBoard, ClearsTheStepsThatItIsToldAndNoOthers) {
  EventBoard board{1};
  for (const Step step : {Step::started, Step::finished, Step::echoed})
    board.put(event(1, step, 1));
  board.clear(Step::started, Step::finished);
  EXPECT_EQ(board.events(), std::vector{event(1, Step::echoed, 1)});
}

TEST(SharedBoard, ShowsAtOnceWhatOthersNote) {
  const SharedBoard shared{2};
  EventBoard others{shared.path()};
  EXPECT_EQ(others.tasks(), 2);
  others.put(event(2, Step::written, 5));
  EXPECT_EQ(shared.events(), std::vector{event(2, Step::written, 5)});
}

std::string complaint_about(const std::filesystem::path& file) {
  try {
    const EventBoard board{file};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "it was taken";
}

TEST(EventBoard, NamesAFileThatIsNone) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "board";
  EXPECT_EQ(complaint_about(file), "can't open " + file + ": No such file or directory");
  std::ofstream{file}.flush();
  EXPECT_EQ(complaint_about(file),
            file + ": not a board of events: 0 bytes, which is no multiple of 96");
  std::ofstream{file} << "rubbish";
  EXPECT_EQ(complaint_about(file),
            file + ": not a board of events: 7 bytes, which is no multiple of 96");
}

// --- Programs that fill one ----------------------------------------------------------------------

std::vector<Event> by_time(std::vector<Event> events) {
  std::ranges::sort(events, {}, [](const Event& e) { return std::tuple{e.time, e.task, e.step}; });
  return events;
}

// The board must hold what the files say, to the nanosecond: looking changes no record.
TEST(SharedBoard, HoldsWhatClientAndServerWriteIntoTheirFiles) {
  const TemporaryDirectory directory;
  const SharedBoard board{3};
  const auto servers_file = directory.path() / "server.csv";
  EchoServerProcess server{
      {"--response", "10ms", "--events", servers_file, "--board", board.path()}};
  for (const std::string client : {"client_async_multi_thread", "client_thread_per_task"}) {
    const auto clients_file = directory.path() / (client + ".csv");
    const Ended ended = run_to_end({program(client), "--server", to_text(server.endpoint()),
                                    "--connect", "1ms", "--compute", "1ms", "--quiet", "--events",
                                    clients_file, "--board", board.path()});
    ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
    auto noted = by_time(board.events());
    std::erase_if(noted, [](const Event& e) { return e.step > Step::finished; });
    EXPECT_EQ(noted, by_time(read_csv(clients_file)));
  }
  server.process().terminate();
  ASSERT_EQ(wait_for_end(server.process()).ending, "exit status 0");

  auto noted = by_time(board.events());
  std::erase_if(noted, [](const Event& e) { return e.step <= Step::finished; });
  auto written = read_csv(servers_file);
  written.erase(written.begin(), written.begin() + 9);  // the first client's, noted over since
  std::erase_if(written, [](const Event& e) { return e.step == Step::closed; });  // not noted
  EXPECT_EQ(noted, by_time(written));
}

TEST(SharedBoard, HasTheAnswersAsTheServerSendsThem) {
  const SharedBoard board{2};
  EchoServerProcess server{{"--response", "0s", "--board", board.path()}};
  come_and_go(server.endpoint(), "task2");
  come_and_go(server.endpoint(), "task9");    // no such place
  come_and_go(server.endpoint(), "nothing");  // no task's label
  const auto events = board.events();
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(events[0].task, 2);
  EXPECT_EQ(events[0].step, Step::accepted);
  EXPECT_EQ(events[1].task, 2);
  EXPECT_EQ(events[1].step, Step::echoed);
}

TEST(ClientBoard, MustHaveRoomForTheTasks) {
  const SharedBoard board{2};
  const Ended ended = run_to_end({program("client_sequential"), "--board", board.path()});
  EXPECT_EQ(ended.ending, "exit status 1");
  EXPECT_EQ(ended.errors, "client_sequential: " + board.path().string() +
                              ": a board of events for 2 tasks, not 3\n");
}

TEST(ClientBoard, ThatCannotBeOpenedIsNamedByClientAndServer) {
  for (const std::string name : {"client_sequential", "echo_server"}) {
    const Ended ended = run_to_end({program(name), "--board", "/nowhere/board"});
    EXPECT_EQ(ended.ending, "exit status 1");
    EXPECT_EQ(ended.errors, name + ": can't open /nowhere/board: No such file or directory\n");
  }
}

}  // namespace
}  // namespace waitbench
