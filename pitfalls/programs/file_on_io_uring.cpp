// file_on_io_uring DIRECTORY: makes a file there, and reads it on the loop's only thread without
// blocking it. Asio built on io_uring hands the read to the kernel, and the loop goes on until it
// is done. Prints how many heartbeats came meanwhile. The pitfall blocking_files starts it; built
// where liburing is.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <asio/basic_random_access_file.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read_at.hpp>
#include <asio/this_coro.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/descriptor.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"
#include "task/asio_types.hpp"
#include "task/loops/uring.hpp"

namespace waitbench {
namespace {

using File = asio::basic_random_access_file<Executor>;

constexpr std::chrono::milliseconds heartbeat_period{10};

struct Seen {
  bool done = false;
  int heartbeats = 0;
  Duration longest_read{};
};

Awaitable<> beat_until_done(Seen& seen) {
  Timer timer{co_await asio::this_coro::executor};
  while (!seen.done) {
    timer.expires_after(heartbeat_period);
    co_await timer.async_wait();
    ++seen.heartbeats;
  }
}

// Reads all of it from the disk, and again until ten heartbeats were due.
Awaitable<> read_file(const char* path, Seen& seen) {
  File file{co_await asio::this_coro::executor, path, File::read_only};
  std::vector<char> content(file.size());
  for (const auto begun = Clock::now(); Clock::now() < begun + 10 * heartbeat_period;) {
    posix_fadvise(file.native_handle(), 0, 0, POSIX_FADV_DONTNEED);  // out of the page cache
    const auto before = Clock::now();
    co_await async_read_at(file, 0, asio::buffer(content), as_awaitable);
    seen.longest_read = std::max<Duration>(seen.longest_read, Clock::now() - before);
  }
  seen.done = true;
}

std::filesystem::path make_file(const std::filesystem::path& directory) {
  constexpr size_t size = 16 << 20;
  const auto path = directory / "file";
  std::ofstream{path} << std::string(size, '!');
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  fsync(file.get());  // what is not on the disk yet stays in the page cache
  return path;
}

int read_on_io_uring(const char* directory) {
  Uring{};  // better refused here, with a reason
  const TemporaryDirectory on_disk{directory};
  const auto path = make_file(on_disk.path());
  Seen seen;
  asio::io_context loop{1};
  co_spawn(loop, beat_until_done(seen), rethrow);
  co_spawn(loop, read_file(path.c_str(), seen), rethrow);
  loop.run();  // throws what made the read fail
  const std::chrono::duration<double, std::milli> took = seen.longest_read;
  print(fmt::format("{} heartbeats came while the file was read, {:.0f} ms at a time\n",
                    seen.heartbeats, took.count()));
  return exit_ok;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::run_program("file_on_io_uring", [&] {
    return argc == 2 ? waitbench::read_on_io_uring(argv[1]) : waitbench::exit_usage;
  });
}
