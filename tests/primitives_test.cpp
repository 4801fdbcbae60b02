// The primitives run, each of them, and measure something.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/child_process.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

TEST(Primitives, MeasureEveryPriceThatTheModelsPay) {
  ChildProcess primitives{
      {BIN_DIR "/primitives", "--benchmark_min_time=0.001", "--benchmark_format=json"}};
  ASSERT_EQ(primitives.wait({.deadline = Clock::now() + 120s}), ChildProcess::WaitEnd::done);
  ASSERT_TRUE(primitives.succeeded()) << primitives.standard_error();

  std::map<std::string, double> times;
  const auto measured = Json::parse(primitives.standard_output());
  for (const Json& row : measured["benchmarks"]) {
    const std::string name = row["name"];
    EXPECT_FALSE(row.contains("error_occurred")) << name;
    times[name.substr(0, name.find('/'))] = row["real_time"];
  }
  for (const auto* name :
       {"record_an_event", "create_and_join_a_thread", "spawn_and_join_a_coroutine",
        "switch_between_coroutines_and_back", "hand_over_between_threads_and_back",
        "round_trip_blocking", "round_trip_async"})
    EXPECT_GT(times[name], 0) << name;
}

}  // namespace
}  // namespace waitbench
