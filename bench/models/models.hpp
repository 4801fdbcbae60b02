// The table of models: what each is called, what it shows, and the four facts from which all that
// is predicted follows. A new model is a file in clients/ and a row here.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "bench/models/closed_forms.hpp"
#include "bench/models/facts.hpp"

namespace waitbench {

struct Model {
  std::string_view name;  // its program is client_<name>
  std::string_view title;
  std::string_view shows;
  Facts facts;
  // What a published run of the same experiment took, in Rust (std threads, rayon, Tokio 0.2).
  std::optional<double> published_s = {};
  // What must be installed where it is built; empty: no more than the suite needs.
  std::string_view needs = {};
  // The model itself, not the system, can have no descriptor from this one on.
  int most_descriptors = std::numeric_limits<int>::max();
  // Of a program that somebody brought, its path; empty: it is one of the suite's.
  std::string_view program = {};

  constexpr bool holds_thread_while_waiting() const { return facts.wait == Wait::holds_thread; }
  std::string formula() const { return formula_of(facts); }
};

inline constexpr auto models = [] {
  using enum Many;
  using enum Wait;
  using enum Work;
  constexpr std::string_view liburing = "liburing (Debian: liburing-dev)";
  return std::array{
      Model{"sequential",
            "Sequential, blocking",
            "One thread blocks its way through the tasks: nothing overlaps.",
            {one, one, holds_thread},
            42.008389},
      Model{"async_serial",
            "Async, awaited one by one",
            "Async code that starts a task when the last is done: sequential in disguise.",
            {one, one, gives_thread_back},
            42.009350},
      Model{"async_single_thread",
            "Async, one thread",
            "All tasks wait at once and compute in turn: one thread, many waits.",
            {all, one, gives_thread_back},
            22.004094},
      Model{"async_multi_thread",
            "Async, several threads",
            "All tasks wait at once without a thread, and compute on a fixed number of them.",
            {all, as_threads, gives_thread_back},
            14.003698},
      Model{"thread_per_task",
            "A thread per task",
            "Every task blocks a thread of its own: all overlaps, at the price of a thread each.",
            {all, all, holds_thread},
            14.002590},
      Model{"thread_pool",
            "A pool of blocking threads",
            "Tasks queue for a few threads that block: a thread that waits is one that can't work.",
            {as_threads, as_threads, holds_thread}},
      Model{"async_offload",
            "Async, computing on a pool",
            "One thread waits for everything and a pool computes: the loop is never held up.",
            {all, as_threads, has_own_loop}},
      Model{"async_loop_per_thread",
            "Async, a loop per thread",
            "Tasks are dealt out to threads that share nothing: none can help another.",
            {all, as_threads, gives_thread_back, dealt_out}},
      Model{"async_join",
            "Async, joined",
            "All tasks are one value, a join of joins of two, that is awaited once.",
            {all, as_threads, gives_thread_back}},
      Model{"callbacks",
            "Callbacks",
            "Each operation calls what comes next when it has completed: async before async/await.",
            {all, one, gives_thread_back}},
      Model{"busy_poll",
            "Busy polling",
            "One thread asks every socket in turn and never blocks: a space heater.",
            {all, one, spins}},
      Model{.name = "select_loop",
            .title = "Event loop, select",
            .shows = "One thread and the oldest event loop: at most 1,024 descriptors, all looked "
                     "at each time.",
            .facts = {all, one, gives_thread_back},
            .most_descriptors = 1024},
      Model{"poll_loop",
            "Event loop, poll",
            "The same loop with poll: any number of sockets, and all of them looked at each time.",
            {all, one, gives_thread_back}},
      Model{"epoll_loop",
            "Event loop, epoll",
            "The same loop with epoll: only what is ready is looked at, the floor for one thread.",
            {all, one, gives_thread_back}},
      Model{"generator_loop",
            "Generators, own scheduler",
            "Tasks yield what they wait for, and a loop parks and resumes them: async by hand.",
            {all, one, gives_thread_back}},
      Model{.name = "io_uring",
            .title = "Async, io_uring",
            .shows = "The coroutines of async_single_thread, with io_uring in place of epoll "
                     "beneath them.",
            .facts = {all, one, gives_thread_back},
            .needs = liburing},
      Model{.name = "uring_loop",
            .title = "Event loop, io_uring",
            .shows = "One thread asks the kernel for each step and is told of those that are done.",
            .facts = {all, one, gives_thread_back},
            .needs = liburing},
  };
}();

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
constexpr Seconds published_prediction(std::string_view name) {
  return closed_form(find_model(name)->facts, published_workload);
}
static_assert(published_prediction("sequential") == Seconds{42});
static_assert(published_prediction("async_serial") == Seconds{42});
static_assert(published_prediction("async_single_thread") == Seconds{22});
static_assert(published_prediction("async_multi_thread") == Seconds{14});
static_assert(published_prediction("thread_per_task") == Seconds{14});

}  // namespace waitbench
