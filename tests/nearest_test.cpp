// The words that somebody may have meant.
#include "support/nearest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace waitbench {
namespace {

const std::vector<std::string> models{"core", "sequential", "async_serial", "poll_loop"};

TEST(Nearest, IsTheWordWithTheFewestChanges) {
  EXPECT_EQ(nearest("sequentail", models), "sequential");
  EXPECT_EQ(nearest("pol_loop", models), "poll_loop");
  EXPECT_EQ(nearest("cor", models), "core");
  EXPECT_EQ(nearest("poll_loop", models), "poll_loop");
}

TEST(Nearest, IsNoneWhereAllAreFar) {
  EXPECT_FALSE(nearest("fibers", models));
  EXPECT_FALSE(nearest("", models));
  EXPECT_FALSE(nearest(std::string(100'000, 'a'), models));
}

TEST(Nearest, IsAskedFor) {
  EXPECT_EQ(did_you_mean("sequentiel", models), "; did you mean 'sequential'?");
  EXPECT_EQ(did_you_mean("fibers", models), "");
}

}  // namespace
}  // namespace waitbench
