// Declares the options of a workload, once for clients and harness.
#include "task/workload_options.hpp"

#include <fmt/format.h>

#include "support/command_line.hpp"

namespace waitbench {

void add_compute_options(CLI::App& app, Workload& workload) {
  add_duration(app, "--connect", workload.connect, "How long a task waits before it connects");
  add_duration(app, "--compute", workload.compute, "How long a task computes");
  add_choice(app, "--compute-kind", workload.compute_kind,
             {{"hold", ComputeKind::hold}, {"burn", ComputeKind::burn}},
             "What stands for computing: hold (sleep on the thread) or burn (spin a CPU)");
  add_parsed(app, "--uneven", workload.uneven, &parse_at_least_one,
             "Every second task computes this many times as long")
      ->type_name("F")
      ->default_str("1");
}

void add_arrival_kind(CLI::App& app, ArrivalKind& kind, CLI::Option* rate) {
  add_choice(app, "--arrivals", kind,
             {{"poisson", ArrivalKind::poisson}, {"even", ArrivalKind::even}},
             "How tasks arrive: poisson (at random) or even (intervals)")
      ->needs(rate);
}

void check_rate(double rate, int tasks) {
  if (std::chrono::duration<double>{tasks / rate} > longest_duration)
    throw CLI::ValidationError(
        "--arrival-rate",
        fmt::format("at {:g} a second, {} tasks take longer than 24h to arrive", rate, tasks));
}

}  // namespace waitbench
