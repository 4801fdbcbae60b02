// What a program that halts tells of the operations it waits for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support.hpp"

namespace waitbench {
namespace {

// The program's source says where it waits.
int line_of(std::string_view text) {
  const auto lines = lines_of(content_of(SOURCE_DIR "/tests/halted.cpp"));
  const auto found = std::ranges::find_if(
      lines, [&](const std::string& line) { return line.find(text) != line.npos; });
  return static_cast<int>(found - lines.begin()) + 1;
}

bool tells(ChildProcess& halted, const std::string& text) {
  return waits_for([&] {
    halted.look();
    return halted.standard_error().find(text) != std::string::npos;
  });
}

TEST(PendingOperations, NameTheLineThatAProgramWaitsIn) {
  ChildProcess halted{{program("halted")}};
  EXPECT_TRUE(tells(halted, fmt::format("halted.cpp:{}, ", line_of("async_read_some"))))
      << halted.standard_error();
  expect_match(halted.standard_error(),
               "nothing has happened for [0-9.]+ s\n"
               "  socket.async_receive +pending for [0-9.]+ s  halted.cpp:[0-9]+, .*ask.*\n");
}

TEST(PendingOperations, TellOfAHandlerThatNeverReturns) {
  ChildProcess halted{{program("halted"), "blocked"}};
  ASSERT_TRUE(tells(halted, "running for ")) << halted.standard_error();
  EXPECT_TRUE(std::regex_search(
      halted.standard_error(),
      std::regex{
          fmt::format("io_context\\.[a-z]+ +running for [0-9.]+ s on thread {}\n", halted.pid())}))
      << halted.standard_error();
}

TEST(PendingOperations, AreToldOnASignal) {
  ChildProcess halted{{program("halted")}};
  ASSERT_TRUE(tells(halted, "nothing has happened for "));
  kill(halted.pid(), SIGUSR1);
  EXPECT_TRUE(tells(halted, "pending:\n  socket.async_receive")) << halted.standard_error();
}

}  // namespace
}  // namespace waitbench
