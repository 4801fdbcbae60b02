// What four facts give for tasks that are all there at once, as a formula: the caption of a
// prediction. c = connect, r = response, k = compute, N tasks, T threads, C cores.
#pragma once

#include <string>

#include "bench/models/facts.hpp"
#include "bench/models/seconds.hpp"

namespace waitbench {

// How long `tasks` computations take on `threads` threads: one stage for every full set of threads,
// and one for the rest. Burning, threads share the cores: more of them than cores stretch the
// stage.
constexpr Seconds computing(int tasks, int threads, const Workload& w) {
  const auto stage = [&](int at_once) {
    const double per_core = static_cast<double>(at_once) / w.cores;
    return Seconds{w.compute} *
           (w.compute_kind == ComputeKind::burn ? std::max(1.0, per_core) : 1.0);
  };
  const int rest = tasks % threads;
  return stage(threads) * (tasks / threads) + (rest > 0 ? stage(rest) : Seconds{0});
}

// How long one client takes where the server lets all tasks wait at once:
// a task that keeps its place waits as often as the places are filled, all others once.
constexpr Seconds closed_form(const Facts& facts, const Workload& w) {
  const int at_once_under_way = at_once(facts.under_way, w);
  const int rounds = (w.tasks - 1) / at_once_under_way + 1;
  return rounds * Seconds{w.connect + w.response} +
         computing(w.tasks, at_once(facts.computing, w), w);
}

// The formula in words, "c+r+ceil(N/T)k", as it holds for the workload: where threads burn the
// cores that they share, another than where they hold their threads.
std::string formula_of(const Facts& facts, const Workload& w);

// As it holds where computing needs no core.
std::string formula_of(const Facts& facts);

}  // namespace waitbench
