// Makes the tables of what can be told without running anything: models and predictions.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "bench/models/built.hpp"
#include "bench/models/prediction.hpp"
#include "bench/show/columns.hpp"
#include "bench/show/figures.hpp"
#include "bench/show/table.hpp"

namespace waitbench {
namespace {

using Heads = std::vector<Columns::Column>;
using Cells = std::vector<std::string>;

const Heads heads{{"formula", true}, {"predicted"}};
Cells cells_of(const Model& model, const Server& server, const Workload& workload) {
  return {predicted_formula(model, workload, server),
          plain_seconds(predicted_makespan(model, workload, server))};
}

// Of tasks that arrive over time.
const Heads heads_of_queue{{"tasks/s"}, {"saturation"}, {"p50"}, {"p99"}, {"predicted"}};
Cells cells_of_queue(const Model& model, const Server& server, const Workload& workload) {
  const auto latency = predicted_distribution(model, workload, server);
  const auto ms = [](const std::optional<Seconds>& time) {
    return time ? milliseconds(time) + " ms" : "-";
  };
  return {fmt::format("{}", rate_of(workload)), saturation_of(model, workload, server),
          ms(latency.at[0]), ms(latency.at[2]),
          fmt::format("{:.3f} s", predicted_makespan(model, workload, server).count())};
}

}  // namespace

std::string table_of_models(const std::filesystem::path& bin_dir) {
  std::string table;
  for (const Model& model : models) {
    table += fmt::format("{:<21}{}\n", model.name, model.shows);
    if (!is_built(model, bin_dir)) table += fmt::format("{:<21}{}\n", "", why_not_built(model));
  }
  table += "\nservers:\n";
  for (const Server& server : servers)
    table += fmt::format("{:<21}{}\n", server.name, server.shows);
  return table;
}

std::string table_of_predictions(std::span<const Model* const> chosen,
                                 std::span<const Server* const> chosen_servers,
                                 std::span<const Workload> workloads) {
  const bool are_queues = workloads.front().arrivals.has_value();
  const bool names_servers = chosen_servers.size() > 1;
  Heads columns{{"model", true}};
  if (names_servers) columns.push_back({"server", true});
  columns.push_back({"tasks"});
  std::ranges::copy(are_queues ? heads_of_queue : heads, std::back_inserter(columns));
  Columns table{std::move(columns)};
  for (const Workload& workload : workloads)
    for (const Server* server : chosen_servers)
      for (const Model* model : chosen) {
        Cells cells{std::string{model->name}};
        if (names_servers) cells.emplace_back(server->name);
        cells.push_back(std::to_string(workload.tasks));
        std::ranges::copy((are_queues ? cells_of_queue : cells_of)(*model, *server, workload),
                          std::back_inserter(cells));
        table.add(std::move(cells));
      }
  return table.text();
}

}  // namespace waitbench
