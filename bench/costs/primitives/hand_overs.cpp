// Measures how two threads take turns, on one core and on two. The thread that waits for its turn
// either asks again and again, which needs no more than a mutex, or sleeps until a condition
// variable wakes it.
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "bench/costs/primitives/cores.hpp"
#include "bench/costs/primitives/rows.hpp"

namespace waitbench {
namespace {

enum class Party { here, there };

class TurnToAskFor {
 public:
  void give_to(Party party) {
    const std::lock_guard lock{mutex_};
    turn_ = party;
  }

  void wait_for(Party party) {
    while (!is_of(party)) std::this_thread::yield();
  }

 private:
  bool is_of(Party party) {
    const std::lock_guard lock{mutex_};
    return turn_ == party;
  }

  std::mutex mutex_;
  Party turn_ = Party::here;
};

class TurnToBeWokenFor {
 public:
  void give_to(Party party) {
    {
      const std::lock_guard lock{mutex_};
      turn_ = party;
    }
    changed_.notify_one();
  }

  void wait_for(Party party) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return turn_ == party; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Party turn_ = Party::here;
};

template <typename Turn>
void hand_over_between_threads(benchmark::State& state, Placement placement) {
  const auto cores = choose_cores(state, placement);
  if (!cores) return;
  const PinnedTo here{cores->here};
  Turn turn;
  bool done = false;  // changes hands with the turn
  const auto other = start_thread_on(cores->there, [&] {
    while (true) {
      turn.wait_for(Party::there);
      if (done) return;
      turn.give_to(Party::here);
    }
  });
  for (auto _ : state) {
    turn.give_to(Party::there);
    turn.wait_for(Party::here);
  }
  done = true;
  turn.give_to(Party::there);
  count_there_and_back(state);
}

void hand_over_by_mutex(benchmark::State& state, Placement placement) {
  hand_over_between_threads<TurnToAskFor>(state, placement);
}
BENCHMARK_CAPTURE(hand_over_by_mutex, same_core, Placement::same_core)->UseRealTime();
BENCHMARK_CAPTURE(hand_over_by_mutex, two_cores, Placement::two_cores)->UseRealTime();

void hand_over_by_condition_variable(benchmark::State& state, Placement placement) {
  hand_over_between_threads<TurnToBeWokenFor>(state, placement);
}
BENCHMARK_CAPTURE(hand_over_by_condition_variable, same_core, Placement::same_core)->UseRealTime();
BENCHMARK_CAPTURE(hand_over_by_condition_variable, two_cores, Placement::two_cores)->UseRealTime();

}  // namespace
}  // namespace waitbench
