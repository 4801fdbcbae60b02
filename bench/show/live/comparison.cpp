// Scales the bars to what is left of the width.
#include "bench/show/live/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "bench/show/groups.hpp"

namespace waitbench {
namespace {

struct Row {
  std::string name;
  double seconds;
};

std::vector<Row> rows_of(std::span<const Run> runs) {
  std::vector<Row> rows;
  const Told told{runs};
  for (const Group& group : groups_of(runs)) {
    const auto ok_runs = only_ok(group);
    if (ok_runs.empty()) continue;
    std::string name;
    for (const std::string& cell : cells_of_workload(*group.front(), told))
      name += (name.empty() ? "" : ", ") + cell;
    rows.push_back({name, median_of(undisturbed(ok_runs), makespan_s)});
  }
  return rows;
}

std::string sooner(double seconds, double slowest) {
  const std::string times = fmt::format("{:.1f}", slowest / seconds);
  return times == "1.0" ? "" : fmt::format("  {}\u00d7", times);
}

// What stands behind each bar, in as many words as leave room for the bars.
std::vector<Line> ends_of(const std::vector<Row>& rows, double slowest, bool with_word) {
  std::vector<Line> ends;
  for (const Row& row : rows) {
    const std::string times = sooner(row.seconds, slowest);
    ends.push_back(to_line(fmt::format(" {:.3f} s{}{}", row.seconds, times,
                                       with_word && !times.empty() ? " sooner" : "")));
  }
  return ends;
}

}  // namespace

std::vector<Line> comparison_of(std::span<const Run> runs, int width) {
  constexpr int least_room = 10;
  const auto is_of_another_workload = [&](const Run& run) {
    return run.workload != runs.front().workload;
  };
  if (runs.empty() || std::ranges::any_of(runs, is_of_another_workload)) return {};
  const auto rows = rows_of(runs);
  if (rows.size() < 2) return {};
  const double slowest = std::ranges::max(rows, {}, &Row::seconds).seconds;
  const auto name_width =
      std::ranges::max(rows, {}, [](const Row& row) { return row.name.size(); }).name.size();
  const auto room_beside = [&](const std::vector<Line>& ends) {
    const Line& longest = std::ranges::max(ends, {}, &Line::size);
    return width - 2 - static_cast<int>(name_width + longest.size());
  };
  auto ends = ends_of(rows, slowest, true);
  if (room_beside(ends) < least_room) ends = ends_of(rows, slowest, false);
  const int room = std::max(0, room_beside(ends));
  std::vector<Line> lines;
  for (size_t i = 0; i < rows.size(); ++i) {
    Line& line = lines.emplace_back(to_line(fmt::format("{:<{}} ", rows[i].name, name_width)));
    const double length = std::round(room * rows[i].seconds / slowest);
    line.resize(line.size() + static_cast<size_t>(length), {"\u2588", Ink::compute, true});
    std::ranges::copy(ends[i], std::back_inserter(line));
  }
  return lines;
}

}  // namespace waitbench
