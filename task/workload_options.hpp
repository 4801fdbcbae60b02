// The options of a workload that clients and harness share.
#pragma once

#include <CLI/CLI.hpp>

#include "task/workload.hpp"

namespace waitbench {

// --connect, --compute, --compute-kind and --uneven.
void add_compute_options(CLI::App& app, Workload& workload);

// --arrivals, which makes sense only beside `rate`.
void add_arrival_kind(CLI::App& app, ArrivalKind& kind, CLI::Option* rate);

// Throws CLI::ValidationError where so many tasks take longer than a day to arrive.
void check_rate(double rate, int tasks);

}  // namespace waitbench
