// Writes beside the file, then renames.
#include "support/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "support/descriptor.hpp"

namespace waitbench {
namespace {

// A pipe or a device can't be renamed over: it is written to as it is.
bool takes_writes_only(const std::filesystem::path& target) {
  std::error_code ignored;  // what can't be looked at can't be opened either, and open() says why
  const auto status = std::filesystem::status(target, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

// The partial file: closed and removed when its scope ends, unless it was moved into place.
class PartialFile {
 public:
  explicit PartialFile(const std::filesystem::path& target)
      : target_(target),
        in_place_(takes_writes_only(target)),
        path_(target.string() + (in_place_ ? "" : ".part-" + std::to_string(getpid()))),
        file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (!file_.is_open()) fail();
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() {
    if (!in_place_) unlink(path_.c_str());
  }

  void append(std::string_view content) {
    while (!content.empty()) {
      const ssize_t count = write(file_.get(), content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail();
      content.remove_prefix(static_cast<size_t>(count));
    }
  }

  void move_into_place() {
    if (!file_.reset()) fail();
    if (!in_place_ && rename(path_.c_str(), target_.c_str()) != 0) fail();
    in_place_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::system_error(errno, std::generic_category(), "can't write " + target_.string());
  }

  std::filesystem::path target_;
  bool in_place_;
  std::filesystem::path path_;
  Descriptor file_;
};

}  // namespace

void write_whole(const std::filesystem::path& file, std::string_view content) {
  PartialFile partial{file};
  partial.append(content);
  partial.move_into_place();
}

}  // namespace waitbench
