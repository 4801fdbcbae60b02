// Reading a file on the loop's thread. No event loop can wait for a file: poll() calls it ready
// whether or not its bytes are in memory, epoll refuses it, and the read blocks as long as the disk
// takes. Asio built on io_uring waits for files, too; a program has one way to wait, so that is
// shown by a program of its own.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/program_beside.hpp"
#include "pitfalls/table.hpp"
#include "support/descriptor.hpp"
#include "support/temporary_directory.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr size_t file_size = 16 << 20;

int checked(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return static_cast<int>(result);
}

Descriptor make_file(const std::filesystem::path& path) {
  Descriptor file{checked(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600), path.c_str())};
  checked(write(file.get(), std::vector<char>(file_size).data(), file_size), "write");
  fsync(file.get());
  return file;
}

// Reads all of it from the disk, and again until ten heartbeats were due.
void read_file(int file, TimeLine& line) {
  const auto reading = line.holding("reading");
  std::vector<char> content(file_size);
  for (const auto begun = Clock::now(); Clock::now() < begun + 10 * heartbeat_period;) {
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);  // out of the page cache
    const auto once = line.holding("reading once");
    checked(pread(file, content.data(), file_size, 0), "read");
  }
}

Awaitable<> read_here(int file, TimeLine& line, bool& done, Executor) {
  read_file(file, line);
  done = true;
  co_return;
}

Awaitable<> read_there(int file, TimeLine& line, bool& done, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread that may block
  read_file(file, line);
  co_await post(bind_executor(loop, as_awaitable));  // and comes back
  done = true;
}

// What an event loop would be told of the file while its bytes are on the disk.
void ask_the_system(int file, TimeLine& line) {
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  pollfd asked{file, POLLIN, 0};
  if (poll(&asked, 1, 0) == 1 && asked.revents == POLLIN) line.event("poll: ready");
  const Descriptor set{epoll_create1(EPOLL_CLOEXEC)};
  epoll_event readable{.events = EPOLLIN, .data = {}};
  if (epoll_ctl(set.get(), EPOLL_CTL_ADD, file, &readable) != 0 && errno == EPERM)
    line.event("epoll: EPERM");
}

// /tmp is in memory on many systems.
const std::filesystem::path disk = "/var/tmp";

Outcome read_from_disk(Awaitable<> (*read)(int, TimeLine&, bool&, Executor), TimeLine& line) {
  const TemporaryDirectory on_disk{disk};
  const Descriptor file = make_file(on_disk.path() / "file");
  ask_the_system(file.get(), line);
  bool done = false;
  asio::io_context loop{1};
  Workers pool{1};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, read(file.get(), line, done, pool.executor()), rethrow);
  run_on_threads(loop, 1, line);

  const int beats = line.count_during("heartbeat", "reading");
  const Duration read_took = line.longest("reading once");
  return {.symptom = beats == 0,
          .happened = fmt::format("{} heartbeats came while the file was read, {:.0f} ms at a time",
                                  beats, in_ms(read_took)),
          .measures = {{"heartbeats_missed", heartbeats_missed(line, "reading")},
                       {"read_took", read_took},
                       {"poll_said_ready", line.count("poll: ready")},
                       {"epoll_refused", line.count("epoll: EPERM")}}};
}

// What the program on io_uring says, or why it can't.
std::string read_on_io_uring() {
  const TemporaryDirectory on_disk{disk};
  const auto file = on_disk.path() / "file";
  make_file(file);
  const auto said = what_says("file_on_io_uring", {file});
  return said ? said->substr(0, said->find('\n')) : "it was not built, for lack of liburing";
}

Outcome broken(TimeLine& line) {
  return read_from_disk(read_here, line);
}

Outcome fixed(TimeLine& line) {
  Outcome outcome = read_from_disk(read_there, line);
  outcome.happened += fmt::format("; on io_uring, without another thread: {}", read_on_io_uring());
  return outcome;
}

}  // namespace

constinit const Pitfall blocking_files{
    .name = "blocking_files",
    .title = "Reading files on the loop's thread",
    .expected = "a file is read like a socket: the loop goes on meanwhile",
    .symptom = "everything on the loop waits for the disk",
    .why = "no event loop waits for files: poll() calls them ready, epoll refuses them",
    .cure = "reads are handed to a pool of threads that may block; so do most runtimes",
    .measure = "heartbeats_missed",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
