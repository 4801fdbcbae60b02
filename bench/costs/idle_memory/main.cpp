// idle_memory: makes so many idle ones of a kind, and tells what memory they hold.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/co_spawn.hpp>
#include <cstdint>
#include <fstream>
#include <latch>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "record/ending.hpp"
#include "support/command_line.hpp"
#include "task/asio_types.hpp"

namespace waitbench {
namespace {

// --- Memory --------------------------------------------------------------------------------------

struct Memory {
  std::int64_t resident;   // of this process
  std::int64_t available;  // what the system could still give out
};

// A line of a file of /proc, "Rss:   123 kB", in bytes.
std::int64_t bytes_in(const std::string& file, const std::string& label) {
  std::ifstream in{file};
  for (std::string word; in >> word;) {
    std::int64_t kibibytes = 0;
    if (word == label && in >> kibibytes) return kibibytes * 1024;
  }
  throw std::runtime_error(file + " does not tell " + label);
}

// What each core keeps by: pages that are free, but not counted as available, up to some hundred
// megabytes. Without these, what takes less than that would seem to cost nothing.
std::int64_t bytes_kept_by_cores() {
  std::ifstream in{"/proc/zoneinfo"};
  std::int64_t pages = 0;
  for (std::string word; in >> word;) {
    std::int64_t count = 0;
    if (word == "count:" && in >> count) pages += count;
  }
  return pages * sysconf(_SC_PAGESIZE);
}

Memory memory_now() {
  return {.resident = bytes_in("/proc/self/smaps_rollup", "Rss:"),
          .available = bytes_in("/proc/meminfo", "MemAvailable:") + bytes_kept_by_cores()};
}

// --- Idle ones, for as long as the object lives --------------------------------------------------

class IdleThreads {
 public:
  explicit IdleThreads(int count) : waiting_(count) {
    threads_.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        waiting_.count_down();
        end_.wait();
      });
    waiting_.wait();
  }

 private:
  struct JoinAll {
    IdleThreads& idle;
    ~JoinAll() {
      idle.end_.count_down();
      for (auto& thread : idle.threads_) thread.join();
    }
  };

  std::latch waiting_;
  std::latch end_{1};
  std::vector<std::thread> threads_;
  JoinAll join_all_{*this};  // also if the system refuses one of them
};

Awaitable<> wait_on_timer(Executor executor) {
  Timer timer{executor, std::chrono::hours{1}};
  co_await timer.async_wait();
}

Awaitable<> wait_on_socket(Socket socket) {
  co_await socket.async_wait(Socket::wait_read);
}

class IdleCoroutinesOnTimers {
 public:
  explicit IdleCoroutinesOnTimers(int count) {
    for (int i = 0; i < count; ++i) {
      co_spawn(loop_, wait_on_timer(loop_.get_executor()), rethrow);
      loop_.poll();  // until it waits, so that no two are on their way at once
    }
  }

 private:
  asio::io_context loop_{1};
};

// Both ends of every connection: as many sockets as coroutines, and none beside.
class IdleCoroutinesOnSockets {
 public:
  explicit IdleCoroutinesOnSockets(int count) {
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor{
        loop_, asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    for (int i = 0; i < count; i += 2) {
      Socket near{loop_};
      near.connect(acceptor.local_endpoint());
      Socket far = acceptor.accept(loop_);
      leave_idle(std::move(near));
      leave_idle(std::move(far));
    }
  }

 private:
  void leave_idle(Socket socket) {
    socket.set_option(asio::socket_base::linger{true, 0});  // leaves no TIME_WAIT behind
    co_spawn(loop_, wait_on_socket(std::move(socket)), rethrow);
    loop_.poll();
  }

  asio::io_context loop_{1};
};

// --- The program ---------------------------------------------------------------------------------

struct MemoryHeld {
  std::int64_t resident;
  std::int64_t available;
};

template <typename Idle>
MemoryHeld measure(int count) {
  const Memory before = memory_now();
  const Idle idle{count};
  const Memory after = memory_now();
  return {.resident = after.resident - before.resident,
          .available = before.available - after.available};
}

const std::map<std::string, MemoryHeld (*)(int)> kinds{
    {"thread", &measure<IdleThreads>},
    {"coroutine_on_timer", &measure<IdleCoroutinesOnTimers>},
    {"coroutine_on_socket", &measure<IdleCoroutinesOnSockets>},
};

void allow_as_many_descriptors_as_possible() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // if not, a socket will say so
}

nlohmann::ordered_json report_on(const std::string& kind, int count) try {
  const MemoryHeld held = kinds.at(kind)(count);
  return {{"status", "ok"}, {"resident_bytes", held.resident}, {"available_bytes", held.available}};
} catch (const std::exception& error) {
  if (!is_refusal(error)) throw;
  return {{"status", "refused"},
          {"message",
           fmt::format("the system refuses {} of kind {}: {}", count, kind, explain(error))}};
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("idle_memory", [&] {
    CLI::App app{"Makes idle ones of a kind, and prints as JSON what memory they hold.",
                 "idle_memory"};
    std::string kind;
    int count = 0;
    app.add_option("KIND", kind, "Of what")->required()->check(CLI::IsMember(kinds));
    app.add_option("N", count, "How many")->required()->check(CLI::Range(1, 1'000'000));
    if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
    allow_as_many_descriptors_as_possible();
    print(report_on(kind, count).dump() + "\n");
    return exit_ok;
  });
}
