// Reading a file on the loop's thread. poll() calls a file ready whether or not its bytes are in
// memory, epoll refuses it, and the read blocks as long as the disk takes. Asio waits for files
// only where it is built on io_uring: programs/file_on_io_uring.cpp.
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
#include <fstream>
#include <stdexcept>
#include <string>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/program_beside.hpp"
#include "pitfalls/table.hpp"
#include "support/descriptor.hpp"
#include "support/temporary_directory.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr ssize_t file_size = 16 << 20;

Descriptor make_file(const std::filesystem::path& path) {
  std::ofstream{path} << std::string(file_size, '!');
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  fsync(file.get());
  return file;
}

// Reads all of it from the disk, and again until ten heartbeats were due.
void read_file(int file, TimeLine& line) {
  const auto reading = line.holding("reading");
  std::string content(file_size, ' ');
  for (const auto begun = Clock::now(); Clock::now() < begun + 10 * heartbeat_period;) {
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);  // out of the page cache
    const auto once = line.holding("reading once");
    if (pread(file, content.data(), file_size, 0) != file_size) throw std::runtime_error("read");
  }
}

Awaitable<> read_here(int file, TimeLine& line, Executor) {
  read_file(file, line);
  co_return;
}

Awaitable<> read_there(int file, TimeLine& line, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread that may block
  read_file(file, line);
  co_await post(bind_executor(loop, as_awaitable));  // and comes back
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

Outcome read_from_disk(Awaitable<> (*read)(int, TimeLine&, Executor), TimeLine& line) {
  const TemporaryDirectory on_disk{"/var/tmp"};  // /tmp is in memory on many systems
  const Descriptor file = make_file(on_disk.path() / "file");
  ask_the_system(file.get(), line);
  bool done = false;
  asio::io_context loop{1};
  Workers pool{1};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, read(file.get(), line, pool.executor()), [&done](const std::exception_ptr& error) {
    done = true;
    rethrow(error);
  });
  run_on_threads(loop, 1, line);

  const int beats = line.count_during("heartbeat", "reading");
  return {.symptom = beats == 0,
          .happened = fmt::format("{} heartbeats came while the file was read, {:.0f} ms at a time",
                                  beats, in_ms(line.longest("reading once"))),
          .measures = {{"heartbeats_missed", heartbeats_missed(line, "reading")},
                       {"read_took", line.longest("reading once")},
                       {"poll_said_ready", line.count("poll: ready")},
                       {"epoll_refused", line.count("epoll: EPERM")}}};
}

Outcome broken(TimeLine& line) {
  return read_from_disk(read_here, line);
}

Outcome fixed(TimeLine& line) {
  Outcome outcome = read_from_disk(read_there, line);
  outcome.happened += "; on io_uring, without another thread: " +
                      what_says("file_on_io_uring", {"/var/tmp"}).value_or("not built here");
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
