// Forks, runs a piece of the program, reads what it tells through a pipe, and reaps it.
#include "pitfalls/runner/own_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "pitfalls/runner/json.hpp"

namespace waitbench::pitfalls {
namespace {

// Only for what the watchdog can't see: no side takes a tenth of it.
constexpr auto time_limit = std::chrono::seconds{30};

// Exit status of a child that has nobody to tell.
constexpr int unheard = 127;

enum class Watched { no, yes };

class PipeEnd {
 public:
  explicit PipeEnd(int number) : number_(number) {}
  PipeEnd(PipeEnd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  PipeEnd& operator=(PipeEnd&&) = delete;
  ~PipeEnd() { reset(); }

  int get() const { return number_; }
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// --- The child's side ----------------------------------------------------------------------------

void send(int pipe, const Told& told) {
  const std::string text = to_json(told, {}).dump();
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t count = write(pipe, text.data() + sent, text.size() - sent);
    if (count < 0 && errno != EINTR) _exit(unheard);  // nobody is left to tell
    if (count > 0) sent += static_cast<size_t>(count);
  }
}

// Runs nothing of the parent's on its way out: buffers and objects there are the parent's.
[[noreturn]] void be_the_child(const Body& body, Watched watched, int pipe, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(unheard);
  TimeLine line;
  Told told{.ending = Ending::finished, .start = Clock::now()};
  {
    std::optional<Watchdog> watchdog;
    if (watched == Watched::yes)
      watchdog.emplace(line, [&line, pipe, start = told.start] {
        send(pipe, {.ending = Ending::halted, .start = start, .stretches = line.stretches()});
        _exit(0);
      });
    try {
      told.outcome = body(line);
    } catch (const std::exception& error) {
      told.ending = Ending::failed;
      told.message = error.what();
    }
  }
  told.stretches = line.stretches();
  send(pipe, told);
  _exit(0);
}

// --- The parent's side ---------------------------------------------------------------------------

// All that the child tells until it closes the pipe, or until the time is up.
std::optional<std::string> hear(int pipe) {
  const auto deadline = Clock::now() + time_limit;
  std::string text;
  while (Clock::now() < deadline) {
    pollfd ready{pipe, POLLIN, 0};
    if (poll(&ready, 1, 100) <= 0) continue;
    std::array<char, 16384> buffer;
    const ssize_t count = read(pipe, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
  }
  return std::nullopt;
}

std::string ending_of(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit status {}", WEXITSTATUS(status));
}

Told run_apart(const Body& body, Watched watched) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("can't make a pipe");
  const PipeEnd read_end{ends[0]};
  PipeEnd write_end{ends[1]};
  const auto start = Clock::now();
  const pid_t parent = getpid();
  std::fflush(nullptr);  // what stands in buffers is written by one of the two
  const pid_t child = fork();
  if (child < 0) fail("can't fork");
  if (child == 0) be_the_child(body, watched, write_end.get(), parent);

  write_end.reset();
  const auto text = hear(read_end.get());
  if (!text) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;

  Told told{.start = start};
  if (!text)
    told.message = fmt::format("it had not ended after {} s", time_limit.count());
  else if (text->empty() || status != 0)
    told.message = ending_of(status);
  else
    told = told_from(nlohmann::ordered_json::parse(*text));
  told.took = Clock::now() - start;
  return told;
}

}  // namespace

Told run_apart(const Body& body) {
  return run_apart(body, Watched::no);
}

Told attempt(TimeLine& line, const std::string& what, const Body& body) {
  const auto attempting = line.holding(what);
  Told told = run_apart(body, Watched::yes);
  if (told.ending == Ending::failed) throw std::runtime_error(what + ": " + told.message);
  line.add(told.stretches);
  return told;
}

}  // namespace waitbench::pitfalls
