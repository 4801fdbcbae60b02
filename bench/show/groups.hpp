// Groups the runs that a line of a table is about, and says what tells the lines apart.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/records/run.hpp"
#include "bench/show/columns.hpp"
#include "support/median.hpp"

namespace waitbench {

// Repetitions of one model against one server on one workload.
using Group = std::vector<const Run*>;
using Runs = std::span<const Run* const>;

// Fewest tasks first, models as in their table.
std::vector<Group> groups_of(std::span<const Run> runs);

Group only_ok(Runs runs);

// The runs whose time is the model's own doing: those without a full listen queue, if there are
// any.
Group undisturbed(Runs ok_runs);

template <typename Figure>
double median_of(Runs runs, Figure figure) {
  std::vector<double> values;
  for (const Run* run : runs) values.push_back(static_cast<double>(figure(*run)));
  return median(std::move(values));
}

double makespan_s(const Run& run);
double cpu_ms(const ProcessUse& use);

// Which figures of the workload tell the lines of a table apart.
struct Told {
  bool tasks = false;
  bool workers = false;
  bool rates = false;
  bool servers = false;

  explicit Told(std::span<const Run> runs);
};

// The columns that tell the lines apart, and what stands in them.
std::vector<Columns::Column> columns_of_workloads(Told told);
std::vector<std::string> cells_of_workload(const Run& run, Told told);

}  // namespace waitbench
