// Simulates the queue: first come, first served, one moment after the other.
#include "bench/models/queueing.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>

#include "task/workload.hpp"

namespace waitbench {
namespace {

// A task asks for a server, of which there are `servers`, once or several times: a time after it
// was last served, and for how long.
struct Turn {
  Duration after;
  Duration takes;
};
struct Queue {
  int servers;
  std::vector<Turn> turns;
};

constexpr int any_number = std::numeric_limits<int>::max();

// The limits of a row do not depend on how many tasks there are; that there are not so many does.
Workload with_any_number_of_tasks(Workload workload) {
  workload.tasks = any_number;
  return workload;
}

bool keeps_its_place(const Model& model, const Workload& many) {
  return model.expected.in_flight(many) == model.expected.computing(many);
}

Queue queue_of(const Model& model, const Workload& workload) {
  const auto& [threads, in_flight, computing] = model.expected;
  const Workload many = with_any_number_of_tasks(workload);
  const Duration wait = workload.connect + workload.response;
  const int servers = std::min(computing(many), workload.tasks);
  if (keeps_its_place(model, many)) return {servers, {{Duration{0}, wait + workload.compute}}};
  if (threads(many) > computing(many)) return {servers, {{wait, workload.compute}}};
  return {servers,
          {{Duration{0}, Duration{0}},
           {workload.connect, Duration{0}},
           {workload.response, workload.compute}}};
}

struct Request {
  Duration time;
  size_t task;
  size_t turn;

  auto operator<=>(const Request&) const = default;
};

template <typename Value>
using EarliestFirst = std::priority_queue<Value, std::vector<Value>, std::greater<>>;

}  // namespace

std::vector<Duration> predicted_ends(const Model& model, const Workload& workload,
                                     const std::vector<Duration>& arrivals) {
  const Queue queue = queue_of(model, workload);
  EarliestFirst<Duration> free;
  for (int i = 0; i < queue.servers; ++i) free.emplace(0);
  EarliestFirst<Request> requests;
  for (size_t task = 0; task < arrivals.size(); ++task)
    requests.push({arrivals[task] + queue.turns.front().after, task, 0});

  std::vector<Duration> ends(arrivals.size());
  while (!requests.empty()) {
    const auto [time, task, turn] = requests.top();
    requests.pop();
    const Duration end = std::max(time, free.top()) + queue.turns[turn].takes;
    free.pop();
    free.push(end);
    if (turn + 1 < queue.turns.size())
      requests.push({end + queue.turns[turn + 1].after, task, turn + 1});
    else
      ends[task] = end;
  }
  return ends;
}

Seconds predicted_makespan(const Model& model, const Workload& workload) {
  if (!workload.arrivals) return model.predict(workload);
  const auto arrivals = arrival_times(*workload.arrivals, workload.tasks);
  return std::ranges::max(predicted_ends(model, workload, arrivals));
}

int predicted_in_flight(const Model& model, const Workload& workload) {
  const int allowed = model.expected.in_flight(workload);
  if (!workload.arrivals) return allowed;
  const auto arrivals = arrival_times(*workload.arrivals, workload.tasks);
  auto ends = predicted_ends(model, workload, arrivals);
  std::ranges::sort(ends);
  std::ptrdiff_t most = 0;
  for (size_t arrived = 0; arrived < arrivals.size(); ++arrived) {
    const auto ended = std::ranges::upper_bound(ends, arrivals[arrived]) - ends.begin();
    most = std::max(most, static_cast<std::ptrdiff_t>(arrived) + 1 - ended);
  }
  return std::min(allowed, static_cast<int>(most));
}

std::optional<double> saturation_rate(const Model& model, const Workload& workload) {
  const Workload many = with_any_number_of_tasks(workload);
  const int computing = model.expected.computing(many);
  if (computing == any_number) return std::nullopt;
  const Seconds held = keeps_its_place(model, many)
                           ? workload.connect + workload.response + workload.compute
                           : workload.compute;
  if (held == Seconds{0}) return std::nullopt;
  return computing / held.count();
}

}  // namespace waitbench
