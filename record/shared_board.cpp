// Makes a file in memory that has no name.
#include "record/shared_board.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace waitbench {
namespace {

// All of its memory is there from the start: to find none when an event is noted would be fatal.
Descriptor make_memory(size_t bytes) {
  Descriptor memory{memfd_create("events", MFD_CLOEXEC)};
  const int error =
      memory.get() < 0 ? errno : posix_fallocate(memory.get(), 0, static_cast<off_t>(bytes));
  if (error != 0) throw std::system_error(error, std::generic_category(), "no memory to share");
  return memory;
}

std::filesystem::path path_of(const Descriptor& memory) {
  return fmt::format("/proc/{}/fd/{}", getpid(), memory.get());
}

}  // namespace

SharedBoard::SharedBoard(int tasks)
    : memory_(make_memory(EventBoard::bytes_for(tasks))), board_(path_of(memory_)) {}

std::filesystem::path SharedBoard::path() const {
  return path_of(memory_);
}

}  // namespace waitbench
