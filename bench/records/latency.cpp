// Computes latencies from records, and percentiles from latencies.
#include "bench/records/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "task/workload.hpp"

namespace waitbench {
namespace {

size_t index_of(const Event& event) {
  return static_cast<size_t>(event.task - 1);
}

std::vector<Duration> measured_latencies(std::span<const Clock::time_point> due,
                                         std::span<const Event> events) {
  std::vector<Duration> latencies;
  for (const Event& event : events)
    if (event.step == Step::finished) latencies.push_back(event.time - due[index_of(event)]);
  return latencies;
}

// A thread that computes can start nothing: what a task waits for it is the model's doing.
std::vector<Duration> latenesses(std::span<const Clock::time_point> due,
                                 std::span<const Event> events) {
  std::vector<Duration> lateness;
  std::map<int, Clock::time_point> last_finished;  // by thread
  for (const Event& event : events) {
    if (event.step == Step::finished) last_finished[event.thread] = event.time;
    if (event.step != Step::started) continue;
    const auto could_start = std::max(due[index_of(event)], last_finished[event.thread]);
    lateness.push_back(event.time - could_start);
  }
  return lateness;
}

std::optional<double> started_per_second(std::span<const Clock::time_point> due,
                                         std::span<const Event> events) {
  Clock::time_point last_started;
  for (const Event& event : events)
    if (event.step == Step::started) last_started = event.time;
  if (last_started <= due.front()) return std::nullopt;
  return static_cast<double>(due.size() - 1) / Seconds{last_started - due.front()}.count();
}

// A generator that falls behind is late by a part of the whole schedule, and more and more so; one
// that lets tasks wait for a good part of what they take distorts what they are seen to take.
constexpr double notable_part_of_schedule = 0.02;
constexpr double notable_part_of_latency = 0.1;

bool is_late(const Distribution& lateness, const Distribution& latency, Seconds schedule) {
  const auto& typical = lateness.at.front();
  return typical && (*typical > notable_part_of_schedule * schedule ||
                     *typical > notable_part_of_latency * *latency.at.front());
}

}  // namespace

Distribution distribution_of(std::vector<Duration> values) {
  std::ranges::sort(values);
  Distribution distribution{.max = values.back()};
  for (size_t i = 0; i < percentiles.size(); ++i) {
    const auto share = static_cast<size_t>(percentiles.at(i).thousandths);
    const size_t rank = (values.size() * share + 999) / 1000;  // from 1
    if (values.size() * (1000 - share) >= 1000) distribution.at.at(i) = values.at(rank - 1);
  }
  return distribution;
}

Distribution predicted_distribution(const Model& model, const Workload& workload,
                                    const Server& server) {
  const auto arrivals = arrival_times(*workload.arrivals, workload.tasks);
  auto latencies = predicted_ends(model, workload, arrivals, server);
  std::ranges::transform(latencies, arrivals, latencies.begin(), std::minus{});
  return distribution_of(std::move(latencies));
}

std::vector<Clock::time_point> take_due_times(std::vector<Event>& events) {
  std::map<int, Clock::time_point> by_task;
  for (const Event& event : events)
    if (event.step == Step::due) by_task[event.task] = event.time;
  std::erase_if(events, [](const Event& event) { return event.step == Step::due; });
  std::vector<Clock::time_point> due;
  for (const auto& [task, time] : by_task) due.push_back(time);
  return due;
}

void check_arrivals(const Workload& workload, Clock::time_point start,
                    std::span<const Clock::time_point> due, std::span<const Event> events) {
  std::vector<Duration> wanted;
  if (workload.arrivals) wanted = arrival_times(*workload.arrivals, workload.tasks);
  if (due.size() != wanted.size())
    throw std::runtime_error(
        fmt::format("{} records of when a task was due, {} expected", due.size(), wanted.size()));
  if (!due.empty() && due.front() < start + wanted.front())
    throw std::runtime_error(
        "the times at which tasks were due count from before the client began");
  for (size_t i = 0; i < due.size(); ++i)
    if (due[i] - due[0] != wanted[i] - wanted[0])
      throw std::runtime_error(fmt::format("task {} was due at another time than asked", i + 1));
  for (const Event& event : events)
    if (!due.empty() && event.step == Step::started && event.time < due[index_of(event)])
      throw std::runtime_error(fmt::format("task {} started before it was due", event.task));
}

Latencies latencies_of(const Model& model, const Workload& workload,
                       std::span<const Clock::time_point> due, std::span<const Event> events,
                       const Server& server) {
  Latencies latencies{.measured = distribution_of(measured_latencies(due, events)),
                      .predicted = predicted_distribution(model, workload, server),
                      .lateness = distribution_of(latenesses(due, events)),
                      .started_per_s = started_per_second(due, events)};
  latencies.is_generator_late =
      is_late(latencies.lateness, latencies.measured, due.back() - due.front());
  return latencies;
}

}  // namespace waitbench
