// Reading a file on the loop's thread. A file is always "ready", so no event loop can wait for it:
// the read blocks, here as long as a slow disk. The slow disk is a pipe whose writer is late,
// opened by a name like any file. (Linux has io_uring for this, and Asio can be built on it; the
// usual builds are not, so what is shown is the way that works everywhere.)
#include <fmt/format.h>

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/connect_pipe.hpp>
#include <asio/post.hpp>
#include <asio/readable_pipe.hpp>
#include <asio/this_coro.hpp>
#include <asio/writable_pipe.hpp>
#include <asio/write.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

std::string read_file(const std::string& name, TimeLine& line) {
  const auto reading = line.holding("reading");
  std::ifstream file{name};
  return {std::istreambuf_iterator<char>{file}, {}};
}

Awaitable<> read_here(std::string name, TimeLine& line, bool& done, Executor) {
  line.event(read_file(name, line));
  done = true;
  co_return;
}

Awaitable<> read_there(std::string name, TimeLine& line, bool& done, Executor pool) {
  const auto loop = co_await asio::this_coro::executor;
  co_await post(bind_executor(pool, as_awaitable));  // goes on on a thread that may block
  line.event(read_file(name, line));
  co_await post(bind_executor(loop, as_awaitable));  // and comes back
  done = true;
}

using Read = Awaitable<> (*)(std::string name, TimeLine& line, bool& done, Executor pool);

Outcome read_slow_file(Read read, TimeLine& line) {
  bool done = false;
  asio::io_context loop{1};
  Workers pool{1};
  asio::readable_pipe file{loop};
  asio::writable_pipe disk{loop};
  asio::connect_pipe(file, disk);
  const std::jthread slow{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    asio::write(disk, asio::buffer("content", 7));
    disk.close();
  }};
  co_spawn(loop, beat_until(done, line), rethrow);
  co_spawn(loop, read(fmt::format("/dev/fd/{}", file.native_handle()), line, done, pool.executor()),
           rethrow);
  run_on_threads(loop, 1, line);

  const int beats = line.count_during("heartbeat", "reading");
  return {.symptom = beats == 0,
          .happened = fmt::format("{} heartbeats came while the file was read; the longest gap was "
                                  "{:.0f} ms",
                                  beats, in_ms(line.longest_gap("heartbeat"))),
          .measures = {{"heartbeats_missed", heartbeats_missed(line, "reading")},
                       {"longest_silence", line.longest_gap("heartbeat")},
                       {"files_read", line.count("content")}}};
}

Outcome broken(TimeLine& line) {
  return read_slow_file(read_here, line);
}

Outcome fixed(TimeLine& line) {
  return read_slow_file(read_there, line);
}

}  // namespace

constinit const Pitfall blocking_files{
    .name = "blocking_files",
    .title = "Reading files on the loop's thread",
    .expected = "a file is read like a socket: the loop goes on meanwhile",
    .symptom = "everything on the loop waits for the disk",
    .why =
        "files have no portable async interface: to an event loop they are always ready, and "
        "the read blocks",
    .cure = "reads are handed to a pool of threads that may block; so do most runtimes",
    .measure = "heartbeats_missed",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
