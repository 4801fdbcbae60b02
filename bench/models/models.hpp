// The table of models: what each is called, what it shows, how long it should take, and what must
// be seen in its records. A new model is a file in clients/ and a row here.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <string_view>

#include "task/workload.hpp"

namespace waitbench {

using Seconds = std::chrono::duration<double>;

// --- Shares of several clients
// --------------------------------------------------------------------

// What the client at `index` has to do: tasks are dealt out as evenly as can be, the first have one
// more. Clients that compute at the same time share the cores.
constexpr Workload share_of(int index, Workload w) {
  w.tasks = w.tasks / w.clients + (index < w.tasks % w.clients ? 1 : 0);
  w.cores = std::max(1, w.cores / w.clients);
  w.clients = 1;
  return w;
}

// --- Predictions: c = connect, r = response, k = compute, N tasks, T threads ---------------------

// How long `tasks` computations take on `threads` threads: one stage for every full set of threads,
// and one for the rest. Burning, threads share the cores: more of them than cores stretch the
// stage.
constexpr Seconds computing(int tasks, int threads, const Workload& w) {
  const auto stage = [&](int at_once) {
    const double per_core = static_cast<double>(at_once) / w.cores;
    return Seconds{w.compute} *
           (w.compute_kind == ComputeKind::burn ? std::max(1.0, per_core) : 1.0);
  };
  const int rest = tasks % threads;
  return stage(threads) * (tasks / threads) + (rest > 0 ? stage(rest) : Seconds{0});
}

// Nothing overlaps: N(c+r+k).
constexpr Seconds all_in_turn(const Workload& w) {
  return w.tasks * Seconds{w.connect + w.response + w.compute};
}

// Waiting overlaps, computing does not: c+r+Nk.
constexpr Seconds only_waiting_overlaps(const Workload& w) {
  return Seconds{w.connect + w.response} + computing(w.tasks, 1, w);
}

// Waiting overlaps, and computing on T threads: c+r+ceil(N/T)k.
constexpr Seconds everything_overlaps_on_threads(const Workload& w) {
  return Seconds{w.connect + w.response} + computing(w.tasks, w.threads, w);
}

// T threads take one task after the other and keep it to its end: ceil(N/T)(c+r+k).
constexpr Seconds everything_holds_one_of_the_threads(const Workload& w) {
  const int rounds = (w.tasks + w.threads - 1) / w.threads;
  return rounds * Seconds{w.connect + w.response} + computing(w.tasks, w.threads, w);
}

// Each task has a thread of its own: c+r+k.
constexpr Seconds everything_overlaps(const Workload& w) {
  return Seconds{w.connect + w.response} + computing(w.tasks, w.tasks, w);
}

// --- What the records must show ------------------------------------------------------------------

using Count = int(const Workload&);

// What all clients show together.
constexpr int total(Count* count, const Workload& w) {
  int sum = 0;
  for (int i = 0; i < w.clients; ++i) sum += count(share_of(i, w));
  return sum;
}

constexpr int one(const Workload&) {
  return 1;
}
constexpr int each_thread(const Workload& w) {
  return w.threads;
}
constexpr int each_thread_and_the_loops(const Workload& w) {
  return w.threads + 1;
}
constexpr int each_thread_with_a_task(const Workload& w) {
  return std::min(w.tasks, w.threads);
}
constexpr int each_task(const Workload& w) {
  return w.tasks;
}

struct ExpectedStructure {
  Count* threads_at_most;  // OS threads that run a step
  Count* in_flight;        // most tasks started and not finished
  Count* computing;        // most tasks computing at once
};

// --- The table -----------------------------------------------------------------------------------

enum class Waiting { holds_its_thread, gives_its_thread_back };

struct Model {
  std::string_view name;  // its program is client_<name>
  std::string_view title;
  std::string_view shows;
  std::string_view formula;
  Seconds (*predict_one_client)(const Workload&);
  ExpectedStructure expected;
  Waiting waiting;
  // What a published run of the same experiment took, in Rust (std threads, rayon, Tokio 0.2).
  std::optional<double> published_s;
  // What must be installed where it is built; empty: no more than the suite needs.
  std::string_view needs = {};
  // The model itself, not the system, can have no descriptor from this one on.
  int most_descriptors = std::numeric_limits<int>::max();

  // How long the run takes: with several clients, as long as the first, whose share is the largest.
  constexpr Seconds predict(const Workload& w) const { return predict_one_client(share_of(0, w)); }
};

inline constexpr std::array models{
    Model{"sequential",
          "Sequential, blocking",
          "One thread blocks its way through the tasks: nothing overlaps.",
          "N(c+r+k)",
          all_in_turn,
          {one, one, one},
          Waiting::holds_its_thread,
          42.008389},
    Model{"async_serial",
          "Async, awaited one by one",
          "Async code that starts a task when the last is done: sequential in disguise.",
          "N(c+r+k)",
          all_in_turn,
          {one, one, one},
          Waiting::gives_its_thread_back,
          42.009350},
    Model{"async_single_thread",
          "Async, one thread",
          "All tasks wait at once and compute in turn: one thread, many waits.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          22.004094},
    Model{"async_multi_thread",
          "Async, several threads",
          "All tasks wait at once without a thread, and compute on a fixed number of them.",
          "c+r+ceil(N/T)k",
          everything_overlaps_on_threads,
          {each_thread, each_task, each_thread_with_a_task},
          Waiting::gives_its_thread_back,
          14.003698},
    Model{"thread_per_task",
          "A thread per task",
          "Every task blocks a thread of its own: all overlaps, at the price of a thread each.",
          "c+r+k",
          everything_overlaps,
          {each_task, each_task, each_task},
          Waiting::holds_its_thread,
          14.002590},
    Model{"thread_pool",
          "A pool of blocking threads",
          "Tasks queue for a few threads that block: a thread that waits is one that can't work.",
          "ceil(N/T)(c+r+k)",
          everything_holds_one_of_the_threads,
          {each_thread, each_thread_with_a_task, each_thread_with_a_task},
          Waiting::holds_its_thread,
          std::nullopt},
    Model{"async_offload",
          "Async, computing on a pool",
          "One thread waits for everything and a pool computes: the loop is never held up.",
          "c+r+ceil(N/T)k",
          everything_overlaps_on_threads,
          {each_thread_and_the_loops, each_task, each_thread_with_a_task},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"async_join",
          "Async, joined",
          "All tasks are one value, a join of joins of two, that is awaited once.",
          "c+r+ceil(N/T)k",
          everything_overlaps_on_threads,
          {each_thread, each_task, each_thread_with_a_task},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"callbacks",
          "Callbacks",
          "Each operation calls what comes next when it has completed: async before async/await.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"busy_poll",
          "Busy polling",
          "One thread asks every socket in turn and never blocks: a space heater.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{
        "select_loop",
        "Event loop, select",
        "One thread and the oldest event loop: at most 1,024 descriptors, all looked at each time.",
        "c+r+Nk",
        only_waiting_overlaps,
        {one, each_task, one},
        Waiting::gives_its_thread_back,
        std::nullopt,
        {},
        1024},  // FD_SETSIZE
    Model{"poll_loop",
          "Event loop, poll",
          "The same loop with poll: any number of sockets, and all of them looked at each time.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"epoll_loop",
          "Event loop, epoll",
          "The same loop with epoll: only what is ready is looked at, the floor for one thread.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"generator_loop",
          "Generators, own scheduler",
          "Tasks yield what they wait for, and a loop parks and resumes them: async by hand.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt},
    Model{"io_uring",
          "Async, io_uring",
          "The coroutines of async_single_thread, with io_uring in place of epoll beneath them.",
          "c+r+Nk",
          only_waiting_overlaps,
          {one, each_task, one},
          Waiting::gives_its_thread_back,
          std::nullopt,
          "liburing (Debian: liburing-dev)"},
};

// The models that waitbench runs when it is asked for nothing else.
inline constexpr std::array<std::string_view, 5> core_models{
    "sequential", "async_serial", "async_single_thread", "async_multi_thread", "thread_per_task"};

// nullptr where there is no such model.
constexpr const Model* find_model(std::string_view name) {
  const auto model = std::ranges::find(models, name, &Model::name);
  return model == models.end() ? nullptr : &*model;
}

// The published workload, on enough threads: 42, 42, 22, 14, 14 s.
inline constexpr Workload published_workload{.tasks = 3, .threads = 4, .cores = 4};
static_assert(find_model("sequential")->predict(published_workload) == Seconds{42});
static_assert(find_model("async_serial")->predict(published_workload) == Seconds{42});
static_assert(find_model("async_single_thread")->predict(published_workload) == Seconds{22});
static_assert(find_model("async_multi_thread")->predict(published_workload) == Seconds{14});
static_assert(find_model("thread_per_task")->predict(published_workload) == Seconds{14});
static_assert(find_model("thread_pool")->predict(published_workload) == Seconds{14});
static_assert(find_model("async_offload")->predict(published_workload) == Seconds{14});
static_assert(find_model("async_join")->predict(published_workload) == Seconds{14});
static_assert(find_model("epoll_loop")->predict(published_workload) == Seconds{22});

}  // namespace waitbench
