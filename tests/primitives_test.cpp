// The primitives run, each of them, and measure something; what fails or is not there is told by
// the exit code.
#include <gtest/gtest.h>
#include <sched.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support.hpp"

namespace waitbench {
namespace {

using Json = nlohmann::json;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool under_sanitizer = true;
#else
constexpr bool under_sanitizer = false;
#endif

// How the program ended, and its rows by name.
struct Measured {
  Ended ended;
  std::map<std::string, Json> rows;
};

Measured measure(const std::vector<std::string>& flags) {
  std::vector<std::string> command{program("primitives"), "--benchmark_format=json",
                                   "--benchmark_min_time=0.001", "--benchmark_min_warmup_time=0"};
  command.insert(command.end(), flags.begin(), flags.end());
  ChildProcess child{command};
  child.wait({.deadline = Clock::now() + std::chrono::minutes{4}});
  Measured measured{{child.ending(), child.standard_output(), child.standard_error()}, {}};
  const auto told = Json::parse(measured.ended.output, nullptr, false);
  const auto rows = told.is_object() ? told["benchmarks"] : Json::array();
  for (const Json& row : rows) measured.rows[row["run_name"].get<std::string>()] = row;
  return measured;
}

bool has_error(const Json& row) {
  return row.value("error_occurred", false);
}

// This machine can't show it, which is no failure.
bool is_skipped(const Json& row) {
  return has_error(row) && row["error_message"].get<std::string>().starts_with("not measured here");
}

// What this thread starts inherits the one core that it may use.
class PinnedToOneCore {
 public:
  PinnedToOneCore() {
    EXPECT_EQ(sched_getaffinity(0, sizeof before_, &before_), 0);
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(sched_getcpu(), &only);
    EXPECT_EQ(sched_setaffinity(0, sizeof only, &only), 0);
  }
  PinnedToOneCore(const PinnedToOneCore&) = delete;
  PinnedToOneCore& operator=(const PinnedToOneCore&) = delete;
  ~PinnedToOneCore() { sched_setaffinity(0, sizeof before_, &before_); }

 private:
  cpu_set_t before_{};
};

TEST(Primitives, MeasureEveryPriceThatTheModelsPay) {
  const auto [ended, rows] = measure({"--benchmark_filter=-memory"});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  for (const auto* name :
       {"call_a_function", "record_an_event", "create_and_resume_a_coroutine",
        "spawn_and_join_a_coroutine", "create_and_join_a_thread/real_time",
        "run_with_std_async/real_time", "spawn_and_reap_a_process/real_time", "post_a_function",
        "post_a_named_function", "post_a_tracked_function/manual_time", "hand_over_by_strand",
        "arm_a_timer_until_it_fires/real_time", "switch_between_coroutines_and_back",
        "hand_over_by_channel", "hand_over_by_mutex/same_core/real_time",
        "hand_over_by_condition_variable/same_core/real_time",
        "round_trip_blocking/same_core/real_time", "round_trip_async/same_core/real_time"}) {
    ASSERT_TRUE(rows.contains(name)) << name;
    ASSERT_FALSE(has_error(rows.at(name))) << rows.at(name);
    EXPECT_GT(rows.at(name)["real_time"], 0) << name;
  }
}

TEST(Primitives, MeasureOneCoreAndTwoApartAndSayWhich) {
  const auto [ended, rows] = measure({"--benchmark_filter=_core"});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  for (const std::string name : {"hand_over_by_mutex", "hand_over_by_condition_variable",
                                 "round_trip_blocking", "round_trip_async"}) {
    const Json& one = rows.at(name + "/same_core/real_time");
    const Json& two = rows.at(name + "/two_cores/real_time");
    expect_match(one["label"], "both on core [0-9]+");
    if (!is_skipped(two)) expect_match(two["label"], "on cores [0-9]+ and [0-9]+");
  }
}

TEST(Primitives, SkipTwoCoresWhereThereIsOne) {
  const auto [ended, rows] = [] {
    const PinnedToOneCore pinned;
    return measure({"--benchmark_filter=hand_over_by_mutex"});
  }();
  EXPECT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_FALSE(has_error(rows.at("hand_over_by_mutex/same_core/real_time")));
  EXPECT_TRUE(is_skipped(rows.at("hand_over_by_mutex/two_cores/real_time")));
}

TEST(Primitives, TellHowManyHandOversAnIterationHas) {
  const auto [ended, rows] = measure({"--benchmark_filter=and_back|by_mutex/same"});
  ASSERT_EQ(rows.size(), 2) << ended.errors;
  for (const auto& [name, row] : rows) EXPECT_EQ(row["hand_overs"], 2) << name;
}

TEST(Primitives, FindThatAThreadHoldsMoreMemoryThanACoroutine) {
  const auto [ended, rows] = measure({"--benchmark_filter=memory"});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  ASSERT_EQ(rows.size(), 3);
  const Json& thread = rows.at("memory_of_an_idle_thread/real_time");
  const Json& timer = rows.at("memory_of_an_idle_coroutine_on_a_timer/real_time");
  const Json& socket = rows.at("memory_of_an_idle_coroutine_on_a_socket/real_time");
  for (const auto& [name, row] : rows) EXPECT_EQ(is_skipped(row), under_sanitizer) << row;
  if (under_sanitizer) return;
  EXPECT_GT(timer["resident_bytes_each"], 0);
  EXPECT_GT(socket["resident_bytes_each"], 0);
  EXPECT_GT(thread["resident_bytes_each"], timer["resident_bytes_each"]);
  EXPECT_GT(thread["resident_bytes_each"], socket["resident_bytes_each"]);
  for (const auto& [name, row] : rows) EXPECT_TRUE(row.contains("available_bytes_each")) << name;
}

TEST(Primitives, FailIfAFilterLeavesNothing) {
  const auto [ended, rows] = measure({"--benchmark_filter=no_such_row"});
  EXPECT_EQ(ended.ending, "exit status 2");
  EXPECT_NE(ended.errors.find("--benchmark_filter"), std::string::npos) << ended.errors;
}

TEST(Primitives, FailIfARowFails) {
  const std::string too_few_descriptors = "ulimit -n 8";
  const Ended ended = run_to_end(
      with_limit(too_few_descriptors,
                 {program("primitives"), "--benchmark_filter=round_trip_blocking/same_core"}));
  EXPECT_EQ(ended.ending, "exit status 1") << ended.output;
}

TEST(Primitives, RefuseFlagsTheyDoNotKnow) {
  EXPECT_EQ(measure({"--benchmark_speed=9"}).ended.ending, "exit status 2");
}

TEST(Primitives, RefuseAFilterThatWouldOverflowTheStack) {
  for (const std::string& pattern : {std::string(100'000, 'x'), std::string{"(){30000}"}}) {
    const auto [ended, rows] = measure({"--benchmark_filter=" + pattern});
    EXPECT_EQ(ended.ending, "exit status 2");
    EXPECT_TRUE(ended.errors.starts_with("primitives: --benchmark_filter: ")) << ended.errors;
  }
}

// --- idle_memory ---------------------------------------------------------------------------------

class IdleMemory : public testing::TestWithParam<const char*> {};

TEST_P(IdleMemory, TellsWhatSomeIdleOnesHold) {
  const Ended ended = run_to_end({program("idle_memory"), GetParam(), "50"});
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  const Json told = Json::parse(ended.output);
  EXPECT_EQ(told["status"], "ok");
  EXPECT_GT(told["resident_bytes"], 0);
  EXPECT_TRUE(told["available_bytes"].is_number_integer());
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, IdleMemory,
                         testing::Values("thread", "coroutine_on_timer", "coroutine_on_socket"),
                         [](const auto& test) { return std::string{test.param}; });

TEST(IdleMemoryOfSockets, SaysSoIfTheSystemRefusesThem) {
  const Ended ended =
      run_to_end(with_limit("ulimit -n 20", {program("idle_memory"), "coroutine_on_socket", "50"}));
  ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
  EXPECT_EQ(Json::parse(ended.output)["status"], "refused") << ended.output;
}

class IdleMemoryCommandLine : public testing::TestWithParam<BadCommandLine> {};

TEST_P(IdleMemoryCommandLine, IsRefusedInOneLine) {
  expect_usage_error("idle_memory", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, IdleMemoryCommandLine,
    testing::Values(BadCommandLine{"WithoutAKind", {}, {"KIND"}},
                    BadCommandLine{"OfAnUnknownKind", {"process", "5"}, {"KIND", "process"}},
                    BadCommandLine{"WithNoneOfThem", {"thread", "0"}, {"N"}}),
    name_of_bad);

}  // namespace
}  // namespace waitbench
