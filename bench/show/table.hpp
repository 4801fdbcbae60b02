// Formats the tables that waitbench prints.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "bench/records/run.hpp"

namespace waitbench {

// One line per model and workload, in the order of the table of models: predicted, measured,
// overhead and its range, CPU time of the client (the medians of the ok runs), threads, and how
// many times sooner than the sequential model; below it a structure that deviates, and runs that
// are not ok with their reason.
std::string table_of_results(std::span<const Run> runs);

// Of runs whose tasks arrived over time, one line per model and workload: latencies, measured
// beside predicted, and how late the load generator was (the medians of the ok runs); below, in
// words, where it was too late. Empty if there are no such runs.
std::string table_of_latencies(std::span<const Run> runs);

// One line per model and workload: what client and server used, the medians of the ok runs.
std::string table_of_costs(std::span<const Run> runs);

// One line per model: what it shows, and why its program is not in `bin_dir` if it can't be.
std::string table_of_models(const std::filesystem::path& bin_dir);

// One line per model, server and workload: the formula and what it gives; where tasks arrive over
// time, the rate, where that saturates the model, and latencies.
std::string table_of_predictions(std::span<const Model* const> chosen,
                                 std::span<const Server* const> chosen_servers,
                                 std::span<const Workload> workloads);

}  // namespace waitbench
