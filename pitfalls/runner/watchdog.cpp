// Who waits for whom, as a greatest fixed point: blocked threads stay in the set as long as nobody
// outside of it could help them.
#include "pitfalls/runner/watchdog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

namespace waitbench::pitfalls {
namespace {

constexpr auto look_every = std::chrono::milliseconds{20};
constexpr int looks = 10;

// The threads that run `loop` of `process`.
std::vector<int> threads_that_run(const std::vector<Stretch>& stretches, int process,
                                  const std::string& loop) {
  std::set<int> threads;
  for (const Stretch& stretch : stretches)
    if (stretch.kind == Kind::running && !stretch.to && stretch.process == process &&
        stretch.loop == loop)
      threads.insert(stretch.thread);
  return {threads.begin(), threads.end()};
}

std::string loop_run_by(const std::vector<Stretch>& stretches, int process, int thread) {
  for (const Stretch& stretch : stretches)
    if (stretch.kind == Kind::running && !stretch.to && stretch.process == process &&
        stretch.thread == thread)
      return stretch.loop;
  return "";
}

std::vector<Halt> blocked_threads(const std::vector<Stretch>& stretches) {
  std::vector<Halt> blocked;
  for (const Stretch& stretch : stretches)
    if (stretch.kind == Kind::blocked && !stretch.to)
      blocked.push_back({stretch.process, stretch.thread,
                         loop_run_by(stretches, stretch.process, stretch.thread), stretch.what,
                         stretch.loop, threads_that_run(stretches, stretch.process, stretch.loop)});
  return blocked;
}

}  // namespace

std::vector<Halt> halts_in(const std::vector<Stretch>& stretches) {
  std::vector<Halt> halted = blocked_threads(stretches);
  const auto can_be_helped = [&](const Halt& halt) {
    return std::ranges::any_of(halt.served_by, [&](int thread) {
      return std::ranges::none_of(halted, [&](const Halt& other) {
        return other.process == halt.process && other.thread == thread;
      });
    });
  };
  while (true) {
    const auto helped = std::ranges::find_if(halted, can_be_helped);
    if (helped == halted.end()) return halted;
    halted.erase(helped);
  }
}

std::string describe(const Halt& halt) {
  std::vector<int> others = halt.served_by;
  std::erase(others, halt.thread);
  const auto who = halt.holds.empty() ? std::string{} : fmt::format(" runs {} and", halt.holds);
  const auto help = others.empty()
                        ? std::string{"no other thread runs it"}
                        : fmt::format("so are all others that run it: {}", fmt::join(others, ", "));
  return fmt::format("thread {}{} is blocked until {} has {}; {}", halt.thread, who, halt.loop,
                     halt.awaits, help);
}

Watchdog::Watchdog(const TimeLine& line, std::function<void()> bark)
    : thread_([&line, bark = std::move(bark)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any woken;  // by nobody but who asks it to stop
        std::unique_lock lock{mutex};
        std::vector<Halt> last;
        for (int same = 0; same < looks && !stop.stop_requested();) {
          woken.wait_for(lock, stop, look_every, [] { return false; });
          std::vector<Halt> now = halts_in(line.stretches());
          std::erase_if(now, [](const Halt& halt) { return halt.process != getpid(); });
          same = !now.empty() && now == last ? same + 1 : 0;
          last = std::move(now);
        }
        if (!stop.stop_requested()) bark();
      }) {}

}  // namespace waitbench::pitfalls
