// Computes how long tasks that arrive over time take, counted from when each was meant to start.
// Counted from when a task did start, a model that is too busy to start tasks would look quick.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bench/models/prediction.hpp"
#include "record/event.hpp"

namespace waitbench {

struct Percentile {
  std::string_view name;
  int thousandths;
};
inline constexpr std::array<Percentile, 4> percentiles{
    {{"p50", 500}, {"p90", 900}, {"p99", 990}, {"p99.9", 999}}};

struct Distribution {
  // By nearest rank: values that were seen. Nothing where there are too few for one to lie beyond:
  // p99 takes 100 tasks, p99.9 takes 1,000.
  std::array<std::optional<Seconds>, percentiles.size()> at;
  Seconds max{0};
};

// `values` must not be empty.
Distribution distribution_of(std::vector<Duration> values);

struct Latencies {
  Distribution measured;   // from when a task was due to its `finished`
  Distribution predicted;  // the same, of the simulated queue
  // From when a task could have started, because it was due and its thread had finished what it was
  // computing, until it did. That is not the model's doing but the load generator's.
  Distribution lateness;
  std::optional<double> started_per_s;  // from when the first task was due until the last started
  bool is_generator_late = false;       // so much that the latencies are not the model's alone
};

// Of the latencies that the simulated queue gives; tasks arrive over time.
Distribution predicted_distribution(const Model& model, const Workload& workload,
                                    const Server& server = servers.front());

// Takes the records of `due` out of `events` and returns their times, by task.
std::vector<Clock::time_point> take_due_times(std::vector<Event>& events);

// Throws std::runtime_error unless `due` is there for all tasks exactly where tasks arrive over
// time, at the moments that the workload asks for, counted from when the client, which became its
// program at `start`, had begun, and no task started before.
void check_arrivals(const Workload& workload, Clock::time_point start,
                    std::span<const Clock::time_point> due, std::span<const Event> events);

// `events` must be complete and ordered by time, and tasks arrive over time.
Latencies latencies_of(const Model& model, const Workload& workload,
                       std::span<const Clock::time_point> due, std::span<const Event> events,
                       const Server& server = servers.front());

}  // namespace waitbench
