// Chooses the core that a thread runs on: a hand-over between two cores may cost several times as
// much.
#pragma once

#include <benchmark/benchmark.h>
#include <sched.h>

#include <optional>
#include <thread>

namespace waitbench {

enum class Placement { same_core, two_cores };

struct Cores {
  int here;   // of the thread that measures
  int there;  // of the other party
};

// Where the two parties of a row are to run; the row's label says it. Nothing, and the row skipped,
// if this process may not use two cores. Two hardware threads of one core are one core.
std::optional<Cores> choose_cores(benchmark::State& state, Placement placement);

// Keeps the calling thread, and those it starts, on one core for as long as this lives.
class PinnedTo {
 public:
  explicit PinnedTo(int core);  // throws std::system_error if it can't be had
  PinnedTo(const PinnedTo&) = delete;
  PinnedTo& operator=(const PinnedTo&) = delete;
  ~PinnedTo();

 private:
  cpu_set_t before_;
};

template <typename Body>
std::jthread start_thread_on(int core, Body body) {
  const PinnedTo there{core};
  return std::jthread{body};
}

}  // namespace waitbench
