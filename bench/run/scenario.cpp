// Checks the limits, runs the children, and evaluates what they left.
#include "bench/run/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "bench/run/pair.hpp"
#include "bench/run/preflight.hpp"

namespace waitbench {
namespace {

// Returns whether the client has ended in time.
bool wait_for_client(ChildProcess& client, const Scenario& scenario, Clock::time_point deadline,
                     const std::function<void()>& at_each_look) {
  const auto end = client.wait(
      {.deadline = deadline, .interrupted = scenario.interrupted, .at_each_look = at_each_look});
  if (end == ChildProcess::WaitEnd::interrupted) throw Interrupted{};
  return end == ChildProcess::WaitEnd::done;
}

// Starts all servers, then all clients, so that no client waits for another's server.
std::vector<std::unique_ptr<Pair>> start_pairs(const Scenario& scenario, const Run& run,
                                               Duration timeout) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < run.workload.clients; ++i)
    pairs.push_back(std::make_unique<Pair>(scenario, run, i, timeout));
  for (auto& pair : pairs) pair->start_client();
  return pairs;
}

// Returns whether all clients have ended by the deadline.
bool wait_for_clients(const Scenario& scenario, const Run& run,
                      std::span<const std::unique_ptr<Pair>> pairs, Clock::time_point deadline) {
  const auto look = [&] {
    const auto& board = pairs.front()->board();
    scenario.at_each_look(run.start, pairs.size() == 1 && board ? &*board : nullptr);
    if (pairs.size() == 1) return;  // it looks for itself
    for (const auto& pair : pairs) pair->client().look();
  };
  return std::ranges::all_of(pairs, [&](const auto& pair) {
    return wait_for_client(pair->client(), scenario, deadline, look);
  });
}

// Runs servers and clients, and fills `run` as far as it gets.
void run_children(const Scenario& scenario, Run& run) {
  const Duration timeout = scenario.timeout.value_or(
      std::chrono::duration_cast<Duration>(2 * run.predicted()) + patience);
  const auto pairs = start_pairs(scenario, run, timeout);
  run.start = pairs.front()->client().start();
  const bool in_time = wait_for_clients(scenario, run, pairs, run.start + timeout);
  if (!in_time) {
    run.cut_after = timeout;
    for (const auto& pair : pairs) pair->client().kill();
  }
  for (const auto& pair : pairs) pair->end_server();
  int tasks_before = 0;
  for (int i = 0; i < run.workload.clients; ++i) {
    pairs[static_cast<size_t>(i)]->collect(run, tasks_before, !in_time);
    tasks_before += share_of(i, run.workload).tasks;
  }
  if (!in_time)
    throw RunError(Status::timeout,
                   fmt::format("client: not done after {:.3g} s", Seconds{timeout}.count()));
}

// What is known not to work out is not tried.
void check_beforehand(const Scenario& scenario, Run& run) {
  const Limits limits = scenario.limits();
  run.fit = fit(*run.model, run.workload, limits);
  auto refusal = predict_refusal(*run.model, run.workload, limits);
  if (!refusal && scenario.longest_run && run.predicted() > *scenario.longest_run)
    refusal = {fmt::format("predicted to take {:.4g} s, and no run may take longer than {:.4g} s "
                           "(--longest-run)",
                           run.predicted().count(), Seconds{*scenario.longest_run}.count()),
               most_tasks_within(*run.model, run.workload, *scenario.longest_run)};
  if (!refusal) return;
  run.refusal = {.predicted = true, .tasks = refusal->tasks};
  throw RunError(Status::refused, "preflight: " + refusal->reason);
}

void evaluate(Run& run) {
  check_complete(run.events, run.workload.tasks);
  check_arrivals(run.workload, run.due, run.events);
  const auto finished = std::ranges::max(run.events, {}, &Event::time);
  run.makespan = finished.time - run.start;
  run.structure = structure_of(run.events);
  run.verdict = judge(*run.model, run.workload, run.events, run.server_events);
  if (run.workload.arrivals)
    run.latencies = latencies_of(*run.model, run.workload, run.due, run.events);
  run.status = Status::ok;
}

}  // namespace

std::optional<Run> Scenario::run(const Model& model, const Workload& workload, int repetition,
                                 const Server& server) const {
  Run run{.model = &model, .server_model = &server, .workload = workload, .repetition = repetition};
  try {
    check_beforehand(*this, run);
    run_children(*this, run);
    evaluate(run);
  } catch (const Interrupted&) {
    return std::nullopt;
  } catch (const RunError& error) {
    run.status = error.status;
    run.message = error.what();
  } catch (const std::exception& error) {
    run.message = error.what();
  }
  return run;
}

}  // namespace waitbench
