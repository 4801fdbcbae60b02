// The harness on a terminal: what grows there, what stays, and what it leaves behind.
#include "bench/show/live/progress.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/pseudo_terminal.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using Lines = std::vector<std::string>;

// --- What is written to draw over what was drawn -------------------------------------------------

TEST(Redrawing, BeginsWhereTheCursorIsWhenNothingWasDrawn) {
  EXPECT_EQ(redrawing({}, {to_line("one"), to_line("two")}, {80, 24}), "\rone\x1b[K\r\ntwo\x1b[K");
}

TEST(Redrawing, GoesUpToTheFirstLineThatWasDrawn) {
  EXPECT_EQ(redrawing({to_line("a"), {}, to_line("c")}, {to_line("one")}, {80, 24}),
            "\x1b[2A\rone\x1b[K");
}

TEST(Redrawing, CountsTheRowsOfLinesThatHaveBeenWrappedSince) {
  EXPECT_EQ(redrawing({to_line("1234567890"), to_line("12345678901")}, {to_line("x")}, {5, 24}),
            "\x1b[4A\rx\x1b[K");
}

TEST(Redrawing, ErasesNothingBehindAFullRow) {
  EXPECT_EQ(redrawing({}, {to_line("1234567890"), to_line("x")}, {5, 24}),
            "\r1234567890\r\nx\x1b[K");
}

TEST(Redrawing, TakesACharacterForAColumn) {
  EXPECT_EQ(redrawing({to_line("12345"), to_line("\u00d7\u00d7\u00d7\u00d7\u00d7")}, {to_line("x")},
                      {5, 24}),
            "\x1b[1A\rx\x1b[K");
}

// --- The harness on a terminal -------------------------------------------------------------------

constexpr winsize usual_size{24, 80, 0, 0};

class OnTerminal : public testing::Test {
 protected:
  std::string results() const { return directory_.path() / "results"; }

  std::vector<std::string> harness(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{program("waitbench"), "--results", results()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }

  // Long enough for every stage to be seen in several drawings.
  std::vector<std::string> one_thread() const {
    return harness({"--models", "async_single_thread", "--connect", "300ms", "--response", "1500ms",
                    "--compute", "400ms"});
  }

  static void expect_clean(const ProgramOnTerminal& terminal) {
    EXPECT_TRUE(terminal.has_its_modes());
    EXPECT_FALSE(terminal.screen().is_coloured());
    EXPECT_FALSE(terminal.screen().is_within_a_sequence());
    EXPECT_EQ(terminal.screen().unknown(), Lines{}) << "nothing that would have to be undone";
  }

 private:
  TemporaryDirectory directory_;
};

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::string last_of(const Lines& lines) {
  return lines.empty() ? "" : lines.back();
}

bool is_waiting_for_the_response(const Lines& lines) {
  return std::ranges::any_of(lines, [](const std::string& line) {
    return std::regex_search(line, std::regex{"^(task )?1 +\\.+/+-*=* *\\|"});
  });
}

// What stays of a run of async_single_thread, whatever else the machine was busy with.
// A row begins with a blank for as long as the program took to start. The predicted end can lie
// before the last task computes.
const std::string picture_of_one_thread =
    "async_single_thread\\s?,\\s3\\stasks:\\s[0-9.]+\\ss,\\spredicted\\s3\\.000\\ss\n"
    "(.+\n)+"  // the lesson
    "(task )?1 +\\.+/+x*1#* *\\|?#*\n"
    "(task )?2 +\\.+/+x+\\|?x*1#* *\\|?#*\n"
    "(task )?3 +\\.+/+x+\\|?x*1#*\\|?#*\n\n";

const std::string legend_in_one_line =
    "\\. connect  / response  x ready, no thread  1# compute, thread 1  \\| predicted\n";

const std::string table =
    "\nmodel +predicted.*\nasync_single_thread .*\nstructure as predicted\n\n"
    "results: .*\npage:    .*/report\\.html, drawn by\n +.*python3 -m plots .*\n";

TEST_F(OnTerminal, GrowsARowATaskAndLeavesThem) {
  ProgramOnTerminal terminal{one_thread(), usual_size};
  EXPECT_TRUE(terminal.shows(is_waiting_for_the_response)) << joined(terminal.screen().lines());
  EXPECT_TRUE(terminal.shows([](const Lines& lines) {
    return std::regex_search(joined(lines), std::regex{"task 1 +[./x]+1#.*\ntask 2 +[./]+x+-"});
  })) << "the second task is ready while the first computes";
  EXPECT_TRUE(terminal.shows([](const Lines& lines) {
    return std::regex_search(joined(lines), std::regex{": [0-9.]+ s of 3\\.0 s predicted\n"}) &&
           std::regex_search(last_of(lines), std::regex{"^run 1 of 1, about [0-9] s to go$"});
  }));
  EXPECT_EQ(terminal.end(), 0);
  expect_match(joined(terminal.screen().lines()),
               picture_of_one_thread + legend_in_one_line + table);
  expect_clean(terminal);
  EXPECT_TRUE(terminal.screen().cursor_begins_a_line());
}

TEST_F(OnTerminal, KeepsTheRecordsThatItKeepsElsewhere) {
  ProgramOnTerminal terminal{one_thread(), usual_size};
  EXPECT_EQ(terminal.end(), 0);
  const auto run = nlohmann::json::parse(content_of(results() + "/results.json"))["runs"][0];
  EXPECT_EQ(run["events"]["ns"].size(), 12);
  EXPECT_EQ(run["server_events"]["ns"].size(), 9);
  EXPECT_EQ(run["client"]["peak_threads"], 1) << "nobody draws within what is measured";
}

TEST_F(OnTerminal, LeavesTheRowsOfEachModel) {
  ProgramOnTerminal terminal{harness({"--time-scale", "0.01"}), usual_size};
  EXPECT_EQ(terminal.end(), 0);
  const auto lines = terminal.screen().lines();
  EXPECT_EQ(std::ranges::count_if(lines, [](auto& line) { return line.starts_with("task "); }), 15);
  expect_clean(terminal);
}

TEST_F(OnTerminal, LeavesASparklineOfEachRepetition) {
  ProgramOnTerminal terminal{harness({"--models", "sequential", "--time-scale", "0.005",
                                      "--repetitions", "3", "--warmup", "1"}),
                             usual_size};
  EXPECT_EQ(terminal.end(), 0);
  const std::string a_line = "sequential, 3 tasks: [0-9.]+ s, predicted 0\\.210 s\n";
  expect_match(joined(terminal.screen().lines()),
               "[* ]{16} warm-up " + a_line + "([* ]{16} " + a_line + "){3}\nmodel(.*\n)*");
}

TEST_F(OnTerminal, EndsWithAComparison) {
  ProgramOnTerminal terminal{
      harness({"--models", "sequential,thread_per_task", "--time-scale", "0.01"}), usual_size};
  EXPECT_EQ(terminal.end(), 0);
  EXPECT_TRUE(
      std::regex_search(joined(terminal.screen().lines()),
                        std::regex{"predicted\n\n"
                                   "sequential      \\*{30,} [0-9.]+ s\n"
                                   "thread_per_task \\*+ [0-9.]+ s  [0-9.]+\\* sooner\n\nmodel"}))
      << joined(terminal.screen().lines());
}

TEST_F(OnTerminal, HasNoColoursWhereNobodyWantsThem) {
  ProgramOnTerminal terminal{one_thread(), usual_size, {{"NO_COLOR", "1"}}};
  EXPECT_TRUE(terminal.shows(is_waiting_for_the_response)) << joined(terminal.screen().lines());
  EXPECT_EQ(terminal.end(), 0);
  expect_match(joined(terminal.screen().lines()),
               picture_of_one_thread + legend_in_one_line + table);
  EXPECT_FALSE(std::regex_search(terminal.output(), std::regex{"\x1b\\[[0-9;]*m"}));
}

TEST_F(OnTerminal, SumsUpMoreTasksThanRows) {
  ProgramOnTerminal terminal{
      harness({"--models", "async_single_thread", "--tasks", "50", "--connect", "50ms",
               "--response", "600ms", "--compute", "20ms"}),
      usual_size};
  EXPECT_TRUE(terminal.shows([](const Lines& lines) {
    return std::regex_search(joined(lines),
                             std::regex{"\nresponse    50 /+\nready        0 *-*\n"});
  })) << joined(terminal.screen().lines());
  EXPECT_TRUE(terminal.shows([](const Lines& lines) {
    return std::regex_search(joined(lines), std::regex{"\nready +[0-9]+ x+-*\ncompute      1 #"});
  })) << joined(terminal.screen().lines());
  EXPECT_EQ(terminal.end(), 0);
  const auto lines = terminal.screen().lines();
  EXPECT_EQ(std::ranges::count_if(lines, [](auto& line) { return line.starts_with("ready"); }), 0);
  expect_clean(terminal);
}

TEST_F(OnTerminal, FitsTwentyColumns) {
  ProgramOnTerminal terminal{one_thread(), {24, 20, 0, 0}};
  EXPECT_TRUE(terminal.shows(is_waiting_for_the_response)) << joined(terminal.screen().lines());
  EXPECT_LT(last_of(terminal.screen().lines()).size(), 20);
  EXPECT_EQ(terminal.end(), 0);
  expect_match(joined(terminal.screen().lines()),
               picture_of_one_thread + "\\. connect\n(.*\n){3}\\| predicted\n" + table);
}

TEST_F(OnTerminal, HasABarWhereThereIsNoRoomForMore) {
  ProgramOnTerminal terminal{one_thread(), {3, 100, 0, 0}};
  EXPECT_TRUE(terminal.shows([](const Lines& lines) {
    return std::regex_search(
        joined(lines), std::regex{"async_single_thread, 3 tasks \\[#+\\.+\\] .* predicted\n"});
  })) << joined(terminal.screen().lines());
  EXPECT_EQ(terminal.end(), 0);
  expect_clean(terminal);
}

TEST_F(OnTerminal, FollowsAChangeOfSize) {
  ProgramOnTerminal terminal{one_thread(), usual_size};
  for (const unsigned short columns : std::array<unsigned short, 3>{40, 100, 33}) {
    EXPECT_TRUE(terminal.shows(is_waiting_for_the_response)) << joined(terminal.screen().lines());
    terminal.resize({24, columns, 0, 0});
  }
  EXPECT_EQ(terminal.end(), 0);
  expect_match(joined(terminal.screen().lines()), picture_of_one_thread + "(.+\n)+" + table);
  expect_clean(terminal);
}

// --- Ends ----------------------------------------------------------------------------------------

class EndedOnTerminal : public OnTerminal, public testing::WithParamInterface<int> {};

TEST_P(EndedOnTerminal, LeavesTheTerminalUsableAndNoChild) {
  ProgramOnTerminal terminal{one_thread(), usual_size};
  ASSERT_TRUE(terminal.shows(is_waiting_for_the_response)) << joined(terminal.screen().lines());
  if (GetParam() == SIGINT)
    terminal.press("\x03");  // Ctrl-C
  else
    kill(terminal.pid(), GetParam());
  EXPECT_EQ(terminal.end(), GetParam() == SIGKILL ? -SIGKILL : 1);
  expect_clean(terminal);
  EXPECT_TRUE(is_waiting_for_the_response(terminal.screen().lines())) << "the picture stays";
  if (GetParam() != SIGKILL) {
    EXPECT_TRUE(terminal.screen().cursor_begins_a_line());
    EXPECT_NE(joined(terminal.screen().lines()).find("async_single_thread, 3 tasks: interrupted\n"),
              std::string::npos);
  }
  const auto end_of_patience = deadline();
  while (!processes_that_mention(results()).empty() && Clock::now() < end_of_patience)
    sched_yield();
  EXPECT_EQ(processes_that_mention(results()).size(), 0);
}

INSTANTIATE_TEST_SUITE_P(Signals, EndedOnTerminal,
                         testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL),
                         [](const auto& parameter) {
                           return std::string{sigabbrev_np(parameter.param)};
                         });

// --- Plain lines ---------------------------------------------------------------------------------

struct Plain {
  std::string name;
  std::map<std::string, std::string> environment;
  std::vector<std::string> arguments;
};

void PrintTo(const Plain& plain, std::ostream* out) {
  *out << plain.name;
}

class PlainLines : public OnTerminal, public testing::WithParamInterface<Plain> {};

TEST_P(PlainLines, AreAllThatIsWritten) {
  auto arguments = GetParam().arguments;
  arguments.insert(arguments.end(), {"--models", "async_single_thread", "--time-scale", "0.001"});
  ProgramOnTerminal terminal{harness(arguments), usual_size, GetParam().environment};
  EXPECT_EQ(terminal.end(), 0);
  EXPECT_EQ(terminal.output().find('\x1b'), std::string::npos);
  expect_match(joined(terminal.screen().lines()),
               "\\[1/1\\] async_single_thread, 3 tasks: predicted 0\\.022 s, took [0-9.]+ s, "
               "structure .*\n" +
                   table);
}

INSTANTIATE_TEST_SUITE_P(Where, PlainLines,
                         testing::Values(Plain{"Ci", {{"CI", "true"}}, {}},
                                         Plain{"DumbTerminal", {{"TERM", "dumb"}}, {}},
                                         Plain{"NoTerminalType", {{"TERM", ""}}, {}},
                                         Plain{"NoLive", {}, {"--no-live"}}),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace waitbench
