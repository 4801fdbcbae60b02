// Checks the limits, runs the children, and evaluates what they left.
#include "bench/run/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "bench/records/evidence.hpp"
#include "bench/records/latency.hpp"
#include "bench/records/structure.hpp"
#include "bench/run/kernel_counts.hpp"
#include "bench/run/pair.hpp"
#include "bench/run/preflight.hpp"
#include "bench/run/thread_watch.hpp"
#include "record/ending.hpp"
#include "support/printable.hpp"

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
    for (const auto& pair : pairs) pair->look();
  };
  return std::ranges::all_of(pairs, [&](const auto& pair) {
    return wait_for_client(pair->client(), scenario, deadline, look);
  });
}

// Counts what the kernel does from its construction on.
class KernelWatch {
 public:
  std::optional<KernelCounts> counts() const {
    auto now = read_kernel_counts();
    if (!before_ || !now) return std::nullopt;
    return *now -= *before_;
  }

 private:
  std::optional<KernelCounts> before_ = read_kernel_counts();
};

// Runs servers and clients, and fills `run` as far as it gets.
void run_children(const Scenario& scenario, Run& run) {
  const Duration timeout = scenario.timeout.value_or(
      std::chrono::duration_cast<Duration>(2 * run.predicted()) + patience);
  const KernelWatch kernel;
  const auto pairs = start_pairs(scenario, run, timeout);
  run.start = pairs.front()->client().start();
  const bool in_time = wait_for_clients(scenario, run, pairs, run.start + timeout);
  if (!in_time) {
    run.cut_after = timeout;
    run.at_cut = what_threads_do(pairs.front()->client().pid());
    for (const auto& pair : pairs) pair->client().kill();
  }
  run.kernel = kernel.counts();
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

// A program of one's own is told the contract's options alone.
std::optional<PredictedRefusal> beyond_the_contract(const Run& run) {
  const bool has_own_client = !run.model->program.empty();
  const std::string_view what = run.workload.arrivals      ? "when tasks arrive"
                                : run.workload.uneven != 1 ? "that some tasks compute longer"
                                                           : "";
  if (has_own_client && !what.empty())
    return PredictedRefusal{
        fmt::format("{} is a program of one's own, which can't be told {}", run.model->name, what)};
  const bool has_own = has_own_client || !run.server_model->program.empty();
  if (has_own && run.addresses > 1)
    return PredictedRefusal{fmt::format(
        "so many connections take {} addresses, and a program of one's own can be told of one",
        run.addresses)};
  return std::nullopt;
}

// What is known not to work out is not tried.
void check_beforehand(const Scenario& scenario, Run& run) {
  const Limits limits = scenario.limits();
  run.addresses = addresses_needed(*run.model, run.workload, limits, *run.server_model);
  auto refusal = beyond_the_contract(run);
  if (!refusal) refusal = predict_refusal(*run.model, run.workload, limits, *run.server_model);
  if (!refusal && scenario.longest_run && run.predicted() > *scenario.longest_run)
    refusal = {
        fmt::format("predicted to take {:.4g} s, and no run may take longer than {:.4g} s "
                    "(--longest-run)",
                    run.predicted().count(), Seconds{*scenario.longest_run}.count()),
        most_tasks_within(*run.model, run.workload, *scenario.longest_run, *run.server_model)};
  if (!refusal) return;
  run.refusal = {.predicted = true, .tasks = refusal->tasks};
  throw RunError(Status::refused, "preflight: " + refusal->reason);
}

void evaluate(Run& run) {
  if (const auto missing = missing_step(run.events, run.workload.tasks))
    throw RunError(Status::failed, "client: " + *missing);
  check_arrivals(run.workload, run.start, run.due, run.events);
  const auto finished = std::ranges::max(run.events, {}, &Event::time);
  const Seconds makespan = finished.time - run.start;
  auto verdict = judge(*run.model, run.workload, run.events, run.server_events);
  if (verdict == as_predicted)
    verdict = judge_server(*run.server_model, run.workload, run.events, run.server_events);
  if (const auto why = too_soon(*run.model, run.workload, makespan, *run.server_model))
    throw RunError(
        Status::failed,
        fmt::format("client: its records can't be true: {} (structure: {})", *why, verdict));
  run.makespan = makespan;
  run.structure = structure_of(run.events);
  run.server_structure = server_structure_of(run.server_events);
  run.verdict = verdict;
  if (run.workload.arrivals)
    run.latencies = latencies_of(*run.model, run.workload, run.due, run.events, *run.server_model);
  run.status = Status::ok;
}

// What children say may hold anything: control sequences for a terminal, bytes that are no text.
void fail(Run& run, Status status, const std::exception& error) {
  run.status = status;
  run.message = printable(error.what());
  if (status == Status::refused && !run.refusal) run.refusal.emplace();
  try {
    check_arrivals(run.workload, run.start, run.due, run.events);
  } catch (const std::exception&) {
    run.due.clear();  // not what was asked for: nothing can be counted from it
  }
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
    fail(run, error.status, error);
  } catch (const std::exception& error) {
    fail(run, is_refusal(error) ? Status::refused : Status::failed, error);
  }
  return run;
}

}  // namespace waitbench
