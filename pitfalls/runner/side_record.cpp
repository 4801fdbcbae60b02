// Puts what a side told into its two files, and together again: times and threads are in the
// events, everything else is in the report.
#include "pitfalls/runner/side_record.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "pitfalls/runner/json.hpp"
#include "record/event_log.hpp"
#include "support/whole_file.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr size_t ended = kind_names.size();

// What happens to a stretch: it begins, which the name of its kind stands for, or it ends.
constexpr auto words = [] {
  std::array<std::string_view, ended + 1> all;
  std::ranges::copy(kind_names, all.begin());
  all[ended] = "ended";
  return all;
}();

std::vector<EventRow> rows_of(const std::vector<Stretch>& stretches) {
  std::vector<EventRow> rows;
  int number = 0;
  for (const Stretch& stretch : stretches) {
    rows.push_back({++number, static_cast<size_t>(stretch.kind), stretch.from, stretch.thread});
    if (stretch.kind != Kind::event && stretch.to)
      rows.push_back({number, ended, *stretch.to, stretch.ended_on});
  }
  std::ranges::stable_sort(rows, {}, &EventRow::time);
  return rows;
}

void add_times(std::vector<Stretch>& stretches, const std::vector<EventRow>& rows) {
  for (const EventRow& row : rows) {
    Stretch& stretch = stretches.at(static_cast<size_t>(row.task) - 1);
    if (row.step != ended) {
      stretch.kind = static_cast<Kind>(row.step);
      stretch.from = row.time;
      stretch.thread = row.thread;
    }
    if (row.step == ended || stretch.kind == Kind::event) {
      stretch.to = row.time;
      stretch.ended_on = row.thread;
    }
  }
}

}  // namespace

void write_record(const RecordFiles& files, const Told& told) {
  std::string events{csv_header};
  for (const EventRow& row : rows_of(told.stretches)) events += csv_row(row, words);
  write_whole(files.events, events);
  write_whole(files.report, report_of(told).dump(1) + "\n");
}

Told read_record(const RecordFiles& files) {
  std::ifstream report{files.report};
  Told told = told_in(nlohmann::ordered_json::parse(report));
  add_times(told.stretches, read_rows(files.events, words));
  return told;
}

}  // namespace waitbench::pitfalls
