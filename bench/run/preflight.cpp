// Compares what a run needs with what the system gives.
#include "bench/run/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>

#include "bench/models/prediction.hpp"

namespace waitbench {
namespace {

// What a client or a server has open beside its connections: standard streams, the event loop, its
// files.
constexpr int descriptors_besides = 16;
// The threads of a client that run no task, and those of its server.
constexpr int threads_besides = 3;

int sockets_at_once(const Model& model, const Workload& share, const Server& server) {
  return predicted_in_flight(model, share, server);
}

// In words, the first limit that the share of one client does not fit into.
std::optional<PredictedRefusal> refusal_of_client(const Model& model, const Workload& share,
                                                  const Limits& limits, const Server& server) {
  const int sockets = sockets_at_once(model, share, server);
  const int threads = threads_at_most(model.facts, share);
  if (sockets > model.most_descriptors - descriptors_besides)
    return PredictedRefusal{
        fmt::format("{} sockets at once, and {} can watch descriptors below {} only", sockets,
                    model.name, model.most_descriptors),
        model.most_descriptors - descriptors_besides};
  if (sockets > limits.descriptors - descriptors_besides)
    return PredictedRefusal{
        fmt::format("{} sockets at once, and a process may have {} descriptors open (ulimit -n); "
                    "--split uses more processes",
                    sockets, limits.descriptors),
        limits.descriptors - descriptors_besides};
  if (threads > limits.threads - threads_besides)
    return PredictedRefusal{
        fmt::format("{} threads, and a process has room for {} (half of vm.max_map_count)", threads,
                    limits.threads),
        limits.threads - threads_besides};
  const int of_server = std::min(expected_server_structure(server.facts, share).serving, sockets);
  if (of_server > limits.threads - threads_besides)
    return PredictedRefusal{
        fmt::format("{} threads of the server, and a process has room for {} (half of "
                    "vm.max_map_count)",
                    of_server, limits.threads),
        limits.threads - threads_besides};
  return std::nullopt;
}

}  // namespace

int addresses_needed(const Model& model, const Workload& workload, const Limits& limits,
                     const Server& server) {
  return 1 +
         (sockets_at_once(model, share_of(0, workload), server) - 1) / std::max(1, limits.ports);
}

std::optional<PredictedRefusal> predict_refusal(const Model& model, const Workload& workload,
                                                const Limits& limits, const Server& server) {
  if (auto refusal = refusal_of_client(model, share_of(0, workload), limits, server)) {
    refusal->tasks = std::max(0, refusal->tasks) * workload.clients;
    return refusal;
  }
  const int besides = threads_besides * workload.clients;
  const int threads = expected_structure(model.facts, workload).threads_at_most;
  if (threads > limits.threads_together - besides)
    return PredictedRefusal{
        fmt::format("{} threads, and there may be {} (the least of ulimit -u, kernel.threads-max, "
                    "kernel.pid_max and pids.max)",
                    threads, limits.threads_together),
        std::max(0, limits.threads_together - besides)};
  return std::nullopt;
}

int most_tasks_within(const Model& model, Workload workload, Duration time, const Server& server) {
  const auto too_long = [&](int tasks) {
    workload.tasks = tasks;
    return predicted_makespan(model, workload, server) > time;
  };
  const auto counts = std::views::iota(1, workload.tasks + 1);
  return *std::ranges::partition_point(counts, std::not_fn(too_long)) - 1;
}

int clients_needed(int tasks, const Limits& limits) {
  const int room = std::max(1, limits.descriptors - descriptors_besides);
  return 1 + (tasks - 1) / room;
}

}  // namespace waitbench
