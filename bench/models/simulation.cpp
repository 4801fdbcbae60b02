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

// Those that compute. All progress at the same speed, so they end in the order in which they began:
// a task is done when the work that each of them has done since has grown by `compute`.
class Computing {
 public:
  explicit Computing(const Workload& workload)
      : work_(static_cast<double>(workload.compute.count())),
        cores_(workload.compute_kind == ComputeKind::burn ? workload.cores : any_number) {}

  void begin(Duration now, size_t task) {
    advance(now);
    running_.push_back({task, progress_ + work_});
  }

  // When the first is done if nobody else begins.
  std::optional<Duration> next_end() const {
    if (running_.empty()) return std::nullopt;
    const double left = std::max(0.0, running_.front().done_at - progress_) / speed();
    return time_ + Duration{std::llround(left)};
  }

  size_t end_first(Duration now) {
    advance(now);
    const size_t task = running_.front().task;
    progress_ = std::max(progress_, running_.front().done_at);
    running_.pop_front();
    return task;
  }

 private:
  struct Running {
    size_t task;
    double done_at;  // in units of progress_
  };

  double speed() const {
    return std::min(1.0, static_cast<double>(cores_) / static_cast<double>(running_.size()));
  }

  void advance(Duration now) {
    if (!running_.empty()) progress_ += static_cast<double>((now - time_).count()) * speed();
    time_ = now;
  }

  double work_;
  int cores_;
  std::deque<Running> running_;
  Duration time_{0};
  double progress_ = 0;  // in ns, the work of one who has computed since the beginning
};

class Simulation {
 public:
  Simulation(const Facts& client, int server_places, const Workload& workload,
             const std::vector<Duration>& arrivals);

  std::vector<PredictedTask> run();

 private:
  void come(const Wish& wish);
  void start_those_who_can(Duration now);
  void ask_for_thread(const Wish& wish);
  void serve_those_who_wait(Duration now);
  void accept_those_who_can(Duration now);
  void go_on(Duration now, const Wish& wish);
  void finish(Duration now, size_t task);

  const Workload& workload_;
  bool has_own_loop_;
  int free_under_way_;
  int free_at_server_;
  int threads_;
  int used_threads_ = 0;  // places that somebody has computed on
  int busy_ = 0;
  EarliestFirst<int> free_places_;  // of used_threads_
  Computing computing_;
  EarliestFirst<Wish> coming_;
  std::deque<size_t> not_started_;  // there, and without a place
  EarliestFirst<Wish> want_thread_;
  std::deque<size_t> want_server_;
  std::vector<PredictedTask> tasks_;
};

Simulation::Simulation(const Facts& client, int server_places, const Workload& workload,
                       const std::vector<Duration>& arrivals)
    : workload_(workload),
      has_own_loop_(client.wait == Wait::has_own_loop),
      free_under_way_(places(client.under_way, workload)),
      free_at_server_(server_places),
      threads_(places(client.computing, workload)),
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
  serve_those_who_wait(wish.since);
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
  if (has_own_loop_ && wish.action != Action::read)
    go_on(wish.since, wish);
  else
    want_thread_.push(wish);
}

void Simulation::serve_those_who_wait(Duration now) {
  while (!want_thread_.empty() && busy_ < threads_) {
    const Wish wish = want_thread_.top();
    want_thread_.pop();
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
      ++busy_;
      if (free_places_.empty()) free_places_.push(++used_threads_);
      task.place = free_places_.top();
      free_places_.pop();
      computing_.begin(now, wish.task);
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
  free_places_.push(tasks_[task].place);
  --busy_;
  ++free_under_way_;
  start_those_who_can(now);
  serve_those_who_wait(now);
}

}  // namespace

std::vector<PredictedTask> simulate(const Facts& client, int server_places,
                                    const Workload& workload,
                                    const std::vector<Duration>& arrivals) {
  return Simulation{client, server_places, workload, arrivals}.run();
}

}  // namespace waitbench
