// The tables that the harness prints.
#include "bench/show/table.hpp"

#include <gtest/gtest.h>

#include "bench/show/columns.hpp"
#include "tests/support.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

TEST(Columns, AreAsWideAsWhatIsInThem) {
  Columns table{{{"model", true}, {"time"}}};
  table.add({"a", "1.5 s"});
  table.add_line("  a line as it is");
  table.add({"sequential", "3 \u00b1 1 s"});
  EXPECT_EQ(table.text(),
            "model          time\n"
            "a             1.5 s\n"
            "  a line as it is\n"
            "sequential  3 \u00b1 1 s\n");
}

// A run of the original workload that ended so much later than predicted.
Run run_of(std::string_view model, Duration overhead) {
  Run run{.model = find_model(model), .status = Status::ok};
  run.makespan = run.predicted() + overhead;
  run.structure = Structure{.threads = 1};
  run.verdict = as_predicted;
  run.client = ProcessUse{.user_s = 0.002};
  run.server = ProcessUse{};
  return run;
}

std::vector<std::string> table_of(const std::vector<Run>& runs) {
  return lines_of(table_of_results(runs));
}

TEST(Table, TellsMediansTheirRangeAndWhatIsSooner) {
  const auto lines =
      table_of({run_of("sequential", 4ms), run_of("sequential", 2ms), run_of("sequential", 3ms),
                run_of("async_single_thread", 5ms), run_of("async_single_thread", 5ms),
                run_of("async_single_thread", 5ms)});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1],
            "sequential                42 s  42.003 s  3.0 \u00b11.0 ms  2.0 ms        1");
  EXPECT_EQ(
      lines[2],
      "async_single_thread       22 s  22.005 s  5.0 \u00b10.0 ms  2.0 ms        1    1.9\u00d7");
  EXPECT_EQ(lines[3], "structure as predicted; medians of 3 runs, \u00b1 half of their range");
}

TEST(Table, FitsATerminalOfEightyColumns) {
  std::vector<waitbench::Run> runs;
  for (const std::string_view model : core_models)
    for (const Duration overhead : {4ms, 123ms}) runs.push_back(run_of(model, overhead));
  for (const std::string& line : table_of(runs))
    EXPECT_LE(std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }), 80) << line;
}

TEST(Table, NamesTheStructureThatDeviates) {
  auto run = run_of("sequential", 1ms);
  run.verdict = "2 threads, 1 expected";
  const auto lines = table_of({run, run_of("async_serial", 1ms)});
  EXPECT_EQ(lines[2], "  structure: 2 threads, 1 expected");
  EXPECT_EQ(lines[4], "structure as predicted in 1 of 2 runs");
}

TEST(Table, SetsRunsApartWhoseListenQueueOverflowed) {
  auto overflowed = run_of("sequential", 1003ms);
  overflowed.kernel = KernelCounts{.listen_overflows = 378};
  const auto lines = table_of({run_of("sequential", 3ms), overflowed});
  EXPECT_NE(lines[1].find("42.003 s    3.0 ms"), std::string::npos) << lines[1];
  EXPECT_EQ(lines[2], "  1 of 2 runs found the listen queue full, 378 times: 43.003 s");
  EXPECT_TRUE(lines[4].starts_with("note: a connection that finds the server's listen queue full"));
}

TEST(Table, CountsStrangers) {
  auto run = run_of("sequential", 1ms);
  run.strangers = 2;
  EXPECT_EQ(table_of({run}).back(), "note: 2 connections to the servers were none of the tasks'");
}

TEST(Table, TellsMinutes) {
  auto run = run_of("sequential", 1ms);
  run.workload.tasks = 100;
  run.makespan = 1400s;
  EXPECT_NE(table_of({run})[1].find("  23 min 20 s  "), std::string::npos);
}

}  // namespace
}  // namespace waitbench
