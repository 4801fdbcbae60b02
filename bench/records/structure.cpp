// Counts overlaps in the records and compares them with the model's row.
#include "bench/records/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "bench/records/stages.hpp"

namespace waitbench {
namespace {

auto times_of(std::span<const Event> events, Step step) {
  std::vector<Clock::time_point> times;
  for (const Event& event : events)
    if (event.step == step) times.push_back(event.time);
  std::ranges::sort(times);
  return times;
}

// The most stretches that there are at one time. Both must be ordered.
int most_at_once(std::span<const Duration> begins, std::span<const Duration> ends) {
  int most = 0;
  for (size_t begun = 0, ended = 0; begun < begins.size(); ++begun) {
    while (ended < ends.size() && ends[ended] <= begins[begun]) ++ended;
    most = std::max(most, static_cast<int>(begun + 1 - ended));
  }
  return most;
}

// What a thread that is ready may have to wait for a core on a busy machine.
constexpr Duration scheduling_slack = std::chrono::milliseconds{50};

// Whether everything of the kind came so close together that stages of that length, begun as it
// came, must be seen to overlap.
bool came_together(std::span<const Event> events, Step step, size_t tasks, Duration stage) {
  const auto times = times_of(events, step);
  return times.size() == tasks && times.back() - times.front() + scheduling_slack <= stage;
}

std::string deviation(std::string_view what, int observed, int expected) {
  return fmt::format("{} {}, {} expected", observed, what, expected);
}

}  // namespace

Structure structure_of(std::span<const Event> events) {
  Structure structure;
  std::set<int> threads;
  for (const Event& event : events) threads.insert(event.thread);
  structure.threads = static_cast<int>(threads.size());

  std::vector<Duration> started, computes, finished;
  for (const TaskRecord& task : tasks_of(Records{.client = events})) {
    started.push_back(task.started->time);
    computes.push_back(task.computes->time);
    finished.push_back(task.finished->time);
    const std::array steps{*task.started, *task.written, *task.read, *task.finished};
    for (size_t i = 1; i < steps.size(); ++i)
      structure.thread_hops += steps.at(i).thread != steps.at(i - 1).thread;
  }
  for (auto* times : {&started, &computes, &finished}) std::ranges::sort(*times);
  structure.max_in_flight = most_at_once(started, finished);
  structure.max_computing = most_at_once(computes, finished);
  return structure;
}

bool replied_together(const Workload& w, std::span<const Event> server_events) {
  return came_together(server_events, Step::echoed, static_cast<size_t>(w.tasks), w.compute);
}

std::string judge(const Model& model, const Workload& w, std::span<const Event> events,
                  std::span<const Event> server_events) {
  const Structure seen = structure_of(events);
  const auto tasks = static_cast<size_t>(w.tasks);

  const ExpectedStructure expected = expected_structure(model.facts, w);
  const int threads = expected.threads_at_most;
  if (seen.threads > threads) return deviation("threads", seen.threads, threads);

  const int in_flight = expected.in_flight;
  const bool started_together =
      came_together(events, Step::started, tasks, w.connect + w.response + w.compute);
  if (seen.max_in_flight > in_flight || (started_together && seen.max_in_flight < in_flight))
    return deviation("in flight at once", seen.max_in_flight, in_flight);

  const int computing = expected.computing;
  if (seen.max_computing > computing ||
      (replied_together(w, server_events) && seen.max_computing < computing))
    return deviation("computing at once", seen.max_computing, computing);

  return std::string{as_predicted};
}

ServerStructure server_structure_of(std::span<const Event> server_events) {
  std::set<int> accepting, serving;
  std::vector<Duration> accepted, echoed;
  for (const Event& event : server_events) {
    if (event.step == Step::closed) continue;
    const bool is_accept = event.step == Step::accepted;
    (is_accept ? accepting : serving).insert(event.thread);
    (is_accept ? accepted : echoed).push_back(event.time.time_since_epoch());
  }
  for (auto* times : {&accepted, &echoed}) std::ranges::sort(*times);
  return {.accepting_threads = static_cast<int>(accepting.size()),
          .serving_threads = static_cast<int>(serving.size()),
          .max_waiting = most_at_once(accepted, echoed)};
}

std::string judge_server(const Server& server, const Workload& w, std::span<const Event> events,
                         std::span<const Event> server_events) {
  const ServerStructure seen = server_structure_of(server_events);
  const ExpectedServerStructure expected = expected_server_structure(server.facts, w);
  if (seen.accepting_threads > expected.accepting)
    return deviation("server threads accept", seen.accepting_threads, expected.accepting);
  if (seen.serving_threads > expected.serving)
    return deviation("server threads echo", seen.serving_threads, expected.serving);
  const bool asked_together =
      came_together(events, Step::written, static_cast<size_t>(w.tasks), w.response / 2);
  if (seen.max_waiting > expected.waiting ||
      (asked_together && seen.max_waiting < expected.waiting))
    return deviation("connections wait at once at the server", seen.max_waiting, expected.waiting);
  return std::string{as_predicted};
}

}  // namespace waitbench
