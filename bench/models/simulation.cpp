// Simulates the tasks one moment after the other.
#include "bench/models/simulation.hpp"

#include <cmath>
#include <compare>
#include <deque>
#include <functional>
#include <optional>
#include <queue>

namespace waitbench {
namespace {

template <typename Value>
using EarliestFirst = std::priority_queue<Value, std::vector<Value>, std::greater<>>;

enum class Action { start, send, read };

// A task wants to do something from a time on.
struct Wish {
  Duration since;
  size_t task;
  Action action;

  auto operator<=>(const Wish&) const = default;
};

// Those that compute. All progress at the same speed: a task is done when the work that each of
// them has done since it began has grown by its own.
class Computing {
 public:
  explicit Computing(const Workload& workload)
      : cores_(workload.compute_kind == ComputeKind::burn ? workload.cores : any_number) {}

  void begin(Duration now, size_t task, Duration work) {
    advance(now);
    running_.push({progress_ + static_cast<double>(work.count()), begun_++, task});
  }

  // When the first is done if nobody else begins.
  std::optional<Duration> next_end() const {
    if (running_.empty()) return std::nullopt;
    const double left = std::max(0.0, running_.top().done_at - progress_) / speed();
    return time_ + Duration{std::llround(left)};
  }

  size_t end_first(Duration now) {
    advance(now);
    const Running first = running_.top();
    progress_ = std::max(progress_, first.done_at);
    running_.pop();
    return first.task;
  }

 private:
  struct Running {
    double done_at;  // in units of progress_
    size_t begun;    // so many had begun before
    size_t task;

    auto operator<=>(const Running&) const = default;
  };

  double speed() const {
    return std::min(1.0, static_cast<double>(cores_) / static_cast<double>(running_.size()));
  }

  void advance(Duration now) {
    if (!running_.empty()) progress_ += static_cast<double>((now - time_).count()) * speed();
    time_ = now;
  }

  int cores_;
  EarliestFirst<Running> running_;
  size_t begun_ = 0;
  Duration time_{0};
  double progress_ = 0;  // in ns, the work of one who has computed since the beginning
};

// Threads that take the next task from the same queue: all of a client's, or, where tasks are dealt
// out, one.
struct Threads {
  int number;
  int busy = 0;
  EarliestFirst<int> free_places = {};  // of those that somebody has computed on
  int used = 0;
  int first_place = 0;
  EarliestFirst<Wish> wanted = {};
};

std::vector<Threads> threads_of(const Facts& client, const Workload& workload) {
  if (client.work == Work::shared) return {Threads{.number = places(client.computing, workload)}};
  const int number = at_once(client.computing, workload);
  std::vector<Threads> threads;
  for (int i = 0; i < number; ++i) threads.push_back({.number = 1, .first_place = i});
  return threads;
}

// A place from 1 on, the lowest that is free.
int take_place(Threads& threads) {
  ++threads.busy;
  if (threads.free_places.empty()) threads.free_places.push(threads.first_place + ++threads.used);
  const int place = threads.free_places.top();
  threads.free_places.pop();
  return place;
}

class Simulation {
 public:
  Simulation(const Facts& client, int server_places, const Workload& workload,
             const std::vector<Duration>& arrivals);

  std::vector<PredictedTask> run();

 private:
  void come(const Wish& wish);
  void start_those_who_can(Duration now);
  void ask_for_thread(const Wish& wish);
  void serve_those_who_wait(Duration now, Threads& threads);
  void accept_those_who_can(Duration now);
  void go_on(Duration now, const Wish& wish);
  void finish(Duration now, size_t task);
  Threads& threads_of(size_t task) { return threads_[task % threads_.size()]; }

  const Workload& workload_;
  bool has_own_loop_;
  int free_under_way_;
  int free_at_server_;
  std::vector<Threads> threads_;
  Computing computing_;
  EarliestFirst<Wish> coming_;
  std::deque<size_t> not_started_;  // there, and without a place
  std::deque<size_t> want_server_;
  std::vector<PredictedTask> tasks_;
};

Simulation::Simulation(const Facts& client, int server_places, const Workload& workload,
                       const std::vector<Duration>& arrivals)
    : workload_(workload),
      has_own_loop_(client.wait == Wait::has_own_loop),
      free_under_way_(places(client.under_way, workload)),
      free_at_server_(server_places),
      threads_(waitbench::threads_of(client, workload)),
      computing_(workload),
      tasks_(arrivals.size()) {
  for (size_t task = 0; task < arrivals.size(); ++task)
    coming_.push({arrivals[task], task, Action::start});
}

std::vector<PredictedTask> Simulation::run() {
  while (true) {
    const auto end = computing_.next_end();
    if (end && (coming_.empty() || *end <= coming_.top().since)) {
      finish(*end, computing_.end_first(*end));
    } else if (!coming_.empty()) {
      const Wish wish = coming_.top();
      coming_.pop();
      come(wish);
    } else {
      return std::move(tasks_);
    }
  }
}

void Simulation::come(const Wish& wish) {
  if (wish.action == Action::start)
    not_started_.push_back(wish.task);
  else
    ask_for_thread(wish);
  start_those_who_can(wish.since);
}

void Simulation::start_those_who_can(Duration now) {
  while (free_under_way_ > 0 && !not_started_.empty()) {
    --free_under_way_;
    const size_t task = not_started_.front();
    not_started_.pop_front();
    ask_for_thread({now, task, Action::start});
  }
}

// Starting and sending give the thread back at once. A loop of its own does both, whoever computes.
void Simulation::ask_for_thread(const Wish& wish) {
  if (has_own_loop_ && wish.action != Action::read) return go_on(wish.since, wish);
  Threads& threads = threads_of(wish.task);
  threads.wanted.push(wish);
  serve_those_who_wait(wish.since, threads);
}

void Simulation::serve_those_who_wait(Duration now, Threads& threads) {
  while (!threads.wanted.empty() && threads.busy < threads.number) {
    const Wish wish = threads.wanted.top();
    threads.wanted.pop();
    go_on(now, wish);
  }
}

void Simulation::go_on(Duration now, const Wish& wish) {
  PredictedTask& task = tasks_[wish.task];
  switch (wish.action) {
    case Action::start:
      task.started = now;
      coming_.push({now + workload_.connect, wish.task, Action::send});
      return;
    case Action::send:
      task.written = now;
      want_server_.push_back(wish.task);
      accept_those_who_can(now);
      return;
    case Action::read:
      task.read = task.computes = now;
      ++free_at_server_;
      accept_those_who_can(now);
      task.place = take_place(threads_of(wish.task));
      computing_.begin(now, wish.task, workload_.compute_of(static_cast<int>(wish.task) + 1));
      return;
  }
}

void Simulation::accept_those_who_can(Duration now) {
  while (free_at_server_ > 0 && !want_server_.empty()) {
    --free_at_server_;
    const size_t task = want_server_.front();
    want_server_.pop_front();
    tasks_[task].echoed = now + workload_.response;
    coming_.push({tasks_[task].echoed, task, Action::read});
  }
}

void Simulation::finish(Duration now, size_t task) {
  tasks_[task].finished = now;
  Threads& threads = threads_of(task);
  threads.free_places.push(tasks_[task].place);
  --threads.busy;
  ++free_under_way_;
  start_those_who_can(now);
  serve_those_who_wait(now, threads);
}

}  // namespace

std::vector<PredictedTask> simulate(const Facts& client, int server_places,
                                    const Workload& workload,
                                    const std::vector<Duration>& arrivals) {
  return Simulation{client, server_places, workload, arrivals}.run();
}

}  // namespace waitbench
