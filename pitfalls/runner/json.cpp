// Converts what a side told to JSON and back.
#include "pitfalls/runner/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "pitfalls/runner/watchdog.hpp"

namespace waitbench::pitfalls {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> endings{"finished", "halted", "failed"};

std::string_view name_of(Ending ending) {
  return endings.at(static_cast<size_t>(ending));
}

Ending ending_in(const Json& name) {
  return static_cast<Ending>(std::ranges::find(endings, name.get<std::string>()) - endings.begin());
}

template <typename Value, typename Convert>
Json list_of(const std::vector<Value>& values, Convert convert) {
  Json list = Json::array();
  for (const Value& value : values) list.push_back(convert(value));
  return list;
}

Json measures_of(const Outcome& outcome) {
  return list_of(outcome.measures, [](const Measure& measure) -> Json {
    return {{"name", measure.name}, {"value", measure.value}, {"unit", measure.unit}};
  });
}

std::int64_t ns_since(Clock::time_point zero, Clock::time_point time) {
  return Duration{time - zero}.count();
}

// Times count from the side's start.
Json time_line_of(const Told& told) {
  return list_of(told.stretches, [&](const Stretch& stretch) -> Json {
    return {{"kind", kind_names.at(static_cast<size_t>(stretch.kind))},
            {"what", stretch.what},
            {"loop", stretch.loop},
            {"process", stretch.process},
            {"thread", stretch.thread},
            {"from_ns", ns_since(told.start, stretch.from)},
            {"to_ns", stretch.to ? Json(ns_since(told.start, *stretch.to)) : Json()}};
  });
}

Json halt_of(const Halt& halt) {
  return {{"process", halt.process}, {"thread", halt.thread}, {"holds", halt.holds},
          {"awaits", halt.awaits},   {"loop", halt.loop},     {"served_by", halt.served_by}};
}

Json side_of(const std::optional<Told>& told) {
  if (!told) return nullptr;
  return {{"ending", name_of(told->ending)},
          {"message", told->message},
          {"took_ns", told->took.count()},
          {"symptom", told->outcome.symptom},
          {"happened", told->outcome.happened},
          {"measures", measures_of(told->outcome)},
          {"halts", list_of(halts_in(told->stretches), halt_of)},
          {"time_line", time_line_of(*told)}};
}

Json run_of(const PitfallRun& run) {
  const Pitfall& pitfall = *run.pitfall;
  return {{"name", pitfall.name},
          {"title", pitfall.title},
          {"expected", pitfall.expected},
          {"symptom", pitfall.symptom},
          {"why", pitfall.why},
          {"cure", pitfall.cure},
          {"measure", pitfall.measure},
          {"better", pitfall.better == Better::less ? "less" : "more"},
          {"verdict", verdict_of(run)},
          {"as_told", verdict_of(run).empty()},
          {"broken", side_of(run.broken)},
          {"fixed", side_of(run.fixed)}};
}

}  // namespace

Json report_of(const Told& told) {
  return {{"ending", name_of(told.ending)},
          {"message", told.message},
          {"start_ns", ns_since({}, told.start)},
          {"symptom", told.outcome.symptom},
          {"happened", told.outcome.happened},
          {"measures", measures_of(told.outcome)},
          {"stretches", list_of(told.stretches, [](const Stretch& stretch) -> Json {
             return {{"what", stretch.what}, {"loop", stretch.loop}, {"process", stretch.process}};
           })}};
}

Told told_in(const Json& report) {
  Told told{.ending = ending_in(report.at("ending")),
            .message = report.at("message"),
            .start = Clock::time_point{Duration{report.at("start_ns").get<Duration::rep>()}},
            .outcome = {.symptom = report.at("symptom"), .happened = report.at("happened")}};
  for (const Json& measure : report.at("measures"))
    told.outcome.measures.emplace_back(measure.at("name").get<std::string>(),
                                       measure.at("value").get<double>(),
                                       measure.at("unit").get<std::string>());
  for (const Json& stretch : report.at("stretches"))
    told.stretches.push_back(
        {.what = stretch.at("what"), .loop = stretch.at("loop"), .process = stretch.at("process")});
  return told;
}

Json to_json(const std::vector<PitfallRun>& runs) {
  return {{"schema", 1}, {"pitfalls", list_of(runs, run_of)}};
}

}  // namespace waitbench::pitfalls
