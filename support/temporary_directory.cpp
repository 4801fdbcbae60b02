// Makes the directory, locks it, and removes those that nobody holds.
#include "support/temporary_directory.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

namespace waitbench {
namespace {

constexpr std::string_view prefix = ".waitbench-";

Descriptor open_directory(const std::filesystem::path& path) {
  return Descriptor{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

bool take_lock(const Descriptor& directory) {
  return directory.is_open() && flock(directory.get(), LOCK_EX | LOCK_NB) == 0;
}

// By the number in its name, and, since a process in another container is not seen here, by its
// lock.
bool is_abandoned(const std::filesystem::path& path) {
  const std::string name = path.filename();
  if (!name.starts_with(prefix)) return false;
  const int owner = std::atoi(name.c_str() + prefix.size());
  const bool is_gone = owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH;
  return is_gone && take_lock(open_directory(path));
}

void remove_abandoned(const std::filesystem::path& parent) {
  std::error_code ignored;  // of another user, say: it is not ours to remove
  for (const auto& entry : std::filesystem::directory_iterator{parent, ignored})
    if (is_abandoned(entry.path())) std::filesystem::remove_all(entry.path(), ignored);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
  remove_abandoned(parent);
  std::string name = parent / (std::string{prefix} + std::to_string(getpid()) + "-XXXXXX");
  if (!mkdtemp(name.data()))
    throw std::system_error(errno, std::generic_category(), "can't make " + name);
  path_ = name;
  lock_ = open_directory(path_);
  take_lock(lock_);  // where locks are not known, the process id protects it
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // what is left of it does no harm
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace waitbench
