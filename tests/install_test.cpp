// What `cmake --install` leaves, moved elsewhere: programs that find each other, recipes and
// charts.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support.hpp"

namespace waitbench {
namespace {

class Installation : public testing::Test {
 protected:
  void SetUp() override {
    const std::string first = directory_.path() / "first";
    const Ended ended =
        run_to_end({"/usr/bin/env", "cmake", "--install", BIN_DIR "/..", "--prefix", first});
    ASSERT_EQ(ended.ending, "exit status 0") << ended.errors;
    std::filesystem::rename(first, place());
  }

  std::filesystem::path place() const { return directory_.path() / "moved"; }
  std::string bin(const std::string& name) const { return place() / "bin" / name; }
  std::string results() const { return directory_.path() / "results"; }

 private:
  TemporaryDirectory directory_;
};

TEST_F(Installation, RunsModelsAndDrawsThemWhereverItLies) {
  const Ended ran = run_to_end(
      {bin("waitbench"), "--recipe", "quick", "--time-scale", "0.001", "--results", results()});
  EXPECT_EQ(ran.ending, "exit status 0") << ran.errors;
  EXPECT_NE(ran.errors.find(bin("waitbench-plots") + " " + results()), std::string::npos)
      << ran.errors;
  const Ended drew = run_to_end({bin("waitbench-plots"), results()});
  EXPECT_EQ(drew.ending, "exit status 0") << drew.errors;
  EXPECT_NE(content_of(results() + "/report.html").find("co_await"), std::string::npos)
      << "the page shows the code of the models";
}

TEST_F(Installation, HasPitfallsAndTheStallDetector) {
  EXPECT_EQ(run_to_end({bin("waitbench-pitfalls"), "--list"}).ending, "exit status 0");
  for (const char* header : {"stall_detector.hpp", "pending_operations.hpp"})
    EXPECT_TRUE(std::filesystem::exists(place() / "include/waitbench" / header));
}

}  // namespace
}  // namespace waitbench
