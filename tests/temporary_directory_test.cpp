// Directories for a while: they go with their owner, or with the next that is made beside them.
#include "support/temporary_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <optional>

#include "tests/support.hpp"

namespace waitbench {
namespace {

// Of a process that has ended, and whose number is free.
pid_t ended_process() {
  ChildProcess child{{"/bin/true"}};
  wait_for_end(child);
  return child.pid();
}

std::filesystem::path make_left_over(const std::filesystem::path& place, pid_t owner) {
  auto directory = place / (".waitbench-" + std::to_string(owner) + "-abcdef");
  std::filesystem::create_directory(directory);
  std::ofstream{directory / "client.csv"} << "task,step,ns,thread\n";
  return directory;
}

TEST(TemporaryDirectory, GoesWithItsOwner) {
  std::filesystem::path path;
  {
    const TemporaryDirectory directory;
    path = directory.path();
    std::ofstream{path / "file"} << "something";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryDirectory, RemovesWhatAKilledProcessLeft) {
  const TemporaryDirectory place;
  const auto left_over = make_left_over(place.path(), ended_process());
  const TemporaryDirectory next{place.path()};
  EXPECT_FALSE(std::filesystem::exists(left_over));
}

TEST(TemporaryDirectory, LeavesThoseOfLivingProcessesAndThoseThatSomebodyHolds) {
  const TemporaryDirectory place;
  const auto of_living = make_left_over(place.path(), getpid());
  const auto held = make_left_over(place.path(), ended_process());  // as by another container's
  const Descriptor lock{open(held.c_str(), O_RDONLY | O_DIRECTORY)};
  ASSERT_EQ(flock(lock.get(), LOCK_EX), 0);
  const TemporaryDirectory next{place.path()};
  EXPECT_TRUE(std::filesystem::exists(of_living));
  EXPECT_TRUE(std::filesystem::exists(held));
}

TEST(TemporaryDirectory, LeavesWhatIsNotItsOwn) {
  const TemporaryDirectory place;
  std::filesystem::create_directory(place.path() / "waitbench-1-abcdef");
  const TemporaryDirectory next{place.path()};
  EXPECT_TRUE(std::filesystem::exists(place.path() / "waitbench-1-abcdef"));
}

}  // namespace
}  // namespace waitbench
