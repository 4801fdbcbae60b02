// Declares the options of a workload, once for clients and harness.
#include "task/workload_options.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

#include "support/command_line.hpp"

namespace waitbench {

void add_compute_options(CLI::App& app, Workload& workload) {
  add_duration(app, "--connect", workload.connect, "How long a task waits before it connects");
  add_duration(app, "--compute", workload.compute, "How long a task computes");
  app.add_option("--compute-kind", workload.compute_kind,
                 "What stands for computing: hold (sleep on the thread) or burn (spin a CPU)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ComputeKind>{
          {"hold", ComputeKind::hold}, {"burn", ComputeKind::burn}}))
      ->type_name("hold|burn")
      ->default_str(name_of(workload.compute_kind));
}

void add_arrival_kind(CLI::App& app, ArrivalKind& kind, CLI::Option* rate) {
  app.add_option("--arrivals", kind, "How tasks arrive: poisson (at random) or even (intervals)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ArrivalKind>{
          {"poisson", ArrivalKind::poisson}, {"even", ArrivalKind::even}}))
      ->type_name("poisson|even")
      ->default_str(name_of(kind))
      ->needs(rate);
}

void check_rate(double rate, int tasks) {
  if (std::chrono::duration<double>{tasks / rate} > longest_duration)
    throw CLI::ValidationError(
        "--arrival-rate",
        fmt::format("at {:g} a second, {} tasks take longer than 24h to arrive", rate, tasks));
}

}  // namespace waitbench
