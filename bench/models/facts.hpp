// What a model is: four facts. The predicted end, the predicted stages, the structure that the
// records must show and the saturation rate all follow from them, and are written nowhere else.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "task/workload.hpp"

namespace waitbench {

// How many tasks may do something at once.
enum class Many {
  one,
  as_threads,  // T, the number of worker threads
  all,
};

// What a wait does with its thread.
enum class Wait {
  holds_thread,
  gives_thread_back,  // to others of the same loop, who may be computing when the wait ends
  has_own_loop,       // a thread besides those that compute does all the waiting
  spins,              // the thread goes on asking whether the wait has ended
};

// How tasks come to threads.
enum class Work {
  shared,     // whichever thread is free takes the next task
  dealt_out,  // each thread has tasks of its own from the beginning
};

struct Facts {
  Many under_way;  // tasks started and not finished
  Many computing;
  Wait wait;
  Work work = Work::shared;
};

constexpr std::string_view name_of(Many many) {
  constexpr std::array<std::string_view, 3> names{"one", "T", "all"};
  return names.at(static_cast<size_t>(many));
}

constexpr std::string_view name_of(Wait wait) {
  constexpr std::array<std::string_view, 4> names{"holds its thread", "gives its thread back",
                                                  "has a loop of its own", "spins"};
  return names.at(static_cast<size_t>(wait));
}

constexpr std::string_view name_of(Work work) {
  return work == Work::shared ? "shared" : "dealt out";
}

// More than any workload has.
inline constexpr int any_number = std::numeric_limits<int>::max();

// The places on so many threads: `any_number` where all may.
constexpr int places(Many many, int threads) {
  switch (many) {
    case Many::one:
      return 1;
    case Many::as_threads:
      return threads;
    case Many::all:
      return any_number;
  }
  return any_number;
}

// The places of a client for tasks.
constexpr int places(Many many, const Workload& w) {
  return places(many, w.threads);
}

// The places of a server for connections. One has its place from being accepted until it is closed.
constexpr int server_places(const Facts& server, const Workload& w) {
  return places(server.under_way, w.server_threads);
}

// The most tasks at once that the records of one client can show.
constexpr int at_once(Many many, const Workload& w) {
  return std::min(places(many, w), w.tasks);
}

// A task that waits with its thread, or is alone, keeps what it has from its start to its end.
constexpr bool keeps_its_place(const Facts& facts) {
  return facts.under_way == facts.computing;
}

// The OS threads at most that run a step of one client's tasks: those that compute, or, where a
// wait holds its thread, one for each task under way. A loop of its own, or one that computes what
// others have waited for, is one more.
constexpr int threads_at_most(const Facts& facts, const Workload& w) {
  const auto threads_for = [&](Many many) { return many == Many::all ? w.tasks : places(many, w); };
  if (facts.wait == Wait::holds_thread)
    return threads_for(facts.under_way) + (facts.computing == facts.under_way ? 0 : 1);
  return threads_for(facts.computing) + (facts.wait == Wait::has_own_loop ? 1 : 0);
}

// What the client at `index` has to do: tasks are dealt out as evenly as can be, the first have one
// more. Clients that compute at the same time share the cores.
constexpr Workload share_of(int index, Workload w) {
  w.tasks = w.tasks / w.clients + (index < w.tasks % w.clients ? 1 : 0);
  w.cores = std::max(1, w.cores / w.clients);
  w.clients = 1;
  return w;
}

// What the records of all clients together may show at most.
struct ExpectedStructure {
  int threads_at_most = 0;  // OS threads that run a step
  int in_flight = 0;        // most tasks started and not finished
  int computing = 0;        // most tasks computing at once
};

constexpr ExpectedStructure expected_structure(const Facts& facts, const Workload& w) {
  ExpectedStructure expected;
  for (int i = 0; i < w.clients; ++i) {
    const Workload share = share_of(i, w);
    expected.threads_at_most += threads_at_most(facts, share);
    expected.in_flight += at_once(facts.under_way, share);
    expected.computing += at_once(facts.computing, share);
  }
  return expected;
}

// What the records of all servers of a run together may show at most.
struct ExpectedServerStructure {
  int accepting = 0;  // OS threads that accept
  int serving = 0;    // OS threads that echo
  int waiting = 0;    // most connections accepted and not yet echoed at once
};

constexpr ExpectedServerStructure expected_server_structure(const Facts& server,
                                                            const Workload& w) {
  ExpectedServerStructure expected;
  for (int i = 0; i < w.clients; ++i) {
    const int tasks = share_of(i, w).tasks;
    const int threads = std::min(places(server.computing, w.server_threads), tasks);
    expected.serving += threads;
    const bool has_acceptor = server.computing == Many::all && server.wait == Wait::holds_thread;
    expected.accepting += has_acceptor ? 1 : threads;
    expected.waiting += std::min(server_places(server, w), tasks);
  }
  return expected;
}

}  // namespace waitbench
