// Files appear whole or not at all.
#include "support/whole_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "tests/support.hpp"

namespace waitbench {
namespace {

// While it lives, no file of this process can grow larger: like a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : before_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }

 private:
  void (*before_handler_)(int);
  rlimit before_{};
};

struct Failure {
  std::error_code code;
  std::string what;
};

Failure failure_to_write(const std::filesystem::path& file, std::string_view content) {
  try {
    write_whole(file, content);
  } catch (const std::system_error& error) {
    return {error.code(), error.what()};
  }
  return {{}, "it was written"};
}

TEST(WriteWhole, WritesEveryByteAndNothingBeside) {
  const TemporaryDirectory directory;
  const std::string long_text(3'000'000, 'x');
  write_whole(directory.path() / "long", long_text);
  write_whole(directory.path() / "empty", "");
  EXPECT_EQ(content_of(directory.path() / "long"), long_text);
  EXPECT_EQ(content_of(directory.path() / "empty"), "");
  EXPECT_EQ(names_in(directory.path()), (Names{"empty", "long"}));
}

TEST(WriteWhole, ReplacesALongerFileWhole) {
  const TemporaryDirectory directory;
  write_whole(directory.path() / "file", "what was there before");
  write_whole(directory.path() / "file", "new");
  EXPECT_EQ(content_of(directory.path() / "file"), "new");
  EXPECT_EQ(names_in(directory.path()), Names{"file"});
}

TEST(WriteWhole, LeavesTheOldFileWholeToWhoHasItOpen) {
  const TemporaryDirectory directory;
  write_whole(directory.path() / "file", "old");
  std::ifstream reader{directory.path() / "file"};
  write_whole(directory.path() / "file", "new");
  std::string read;
  reader >> read;
  EXPECT_EQ(read, "old");
}

TEST(WriteWhole, NamesTheFileWhenItsDirectoryIsMissing) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "missing" / "file";
  const Failure failure = failure_to_write(file, "content");
  EXPECT_EQ(failure.code, std::errc::no_such_file_or_directory);
  EXPECT_TRUE(failure.what.starts_with("can't write " + file.string() + ": ")) << failure.what;
  EXPECT_EQ(names_in(directory.path()), Names{});
}

TEST(WriteWhole, KeepsTheOldContentAndNoPartWhenThereIsNoSpace) {
  const TemporaryDirectory directory;
  write_whole(directory.path() / "file", "old");
  Failure failure;
  {
    const FileSizeLimit limit{1000};
    failure = failure_to_write(directory.path() / "file", std::string(5000, 'x'));
  }
  EXPECT_EQ(failure.code, std::errc::file_too_large);
  EXPECT_EQ(content_of(directory.path() / "file"), "old");
  EXPECT_EQ(names_in(directory.path()), Names{"file"});
}

TEST(WriteWhole, LeavesNothingWhenThereIsNoSpaceForANewFile) {
  const TemporaryDirectory directory;
  {
    const FileSizeLimit limit{1000};
    EXPECT_EQ(failure_to_write(directory.path() / "file", std::string(5000, 'x')).code,
              std::errc::file_too_large);
  }
  EXPECT_EQ(names_in(directory.path()), Names{});
}

TEST(WriteWhole, RefusesADirectory) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "file");
  EXPECT_EQ(failure_to_write(directory.path() / "file", "content").code, std::errc::is_a_directory);
  EXPECT_TRUE(std::filesystem::is_directory(directory.path() / "file"));
}

// Through a link, so that a write_whole() gone wrong replaces the link and not the machine's
// device.
TEST(WriteWhole, FailsOnAFullDeviceThatStaysADevice) {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("/dev/full", directory.path() / "full");
  const Failure failure = failure_to_write(directory.path() / "full", "content");
  EXPECT_EQ(failure.code, std::errc::no_space_on_device);
  EXPECT_TRUE(std::filesystem::is_character_file(directory.path() / "full"));
  EXPECT_EQ(names_in(directory.path()), Names{"full"});
}

TEST(WriteWhole, WritesIntoAPipeThatStaysAPipe) {
  const TemporaryDirectory directory;
  const std::string pipe = directory.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Descriptor reader{open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  write_whole(pipe, "content");
  std::string content(100, ' ');
  content.resize(static_cast<size_t>(
      std::max<ssize_t>(0, read(reader.get(), content.data(), content.size()))));
  EXPECT_EQ(content, "content");
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_EQ(names_in(directory.path()), Names{"pipe"});
}

}  // namespace
}  // namespace waitbench
