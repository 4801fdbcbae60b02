// Converts what a side told to JSON and back.
#include "pitfalls/runner/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace waitbench::pitfalls {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kinds{"event", "holding", "pending", "running",
                                                "blocked"};
constexpr std::array<std::string_view, 3> endings{"finished", "halted", "failed"};

template <typename Value, size_t size>
Value value_of(const std::array<std::string_view, size>& names, const Json& name) {
  return static_cast<Value>(std::ranges::find(names, name.get<std::string>()) - names.begin());
}

Json to_json(const std::optional<Clock::time_point>& time, Clock::time_point zero) {
  if (!time) return nullptr;
  return Duration{*time - zero}.count();
}

std::optional<Clock::time_point> time_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return Clock::time_point{Duration{json.get<Duration::rep>()}};
}

Json to_json(const Measure& measure) {
  return {{"name", measure.name}, {"value", measure.value}, {"unit", measure.unit}};
}

Json to_json(const Stretch& stretch, Clock::time_point zero) {
  return {{"kind", kinds.at(static_cast<size_t>(stretch.kind))},
          {"what", stretch.what},
          {"loop", stretch.loop},
          {"process", stretch.process},
          {"thread", stretch.thread},
          {"from_ns", to_json(stretch.from, zero)},
          {"to_ns", to_json(stretch.to, zero)}};
}

Json to_json(const Halt& halt) {
  return {{"process", halt.process}, {"thread", halt.thread}, {"holds", halt.holds},
          {"awaits", halt.awaits},   {"loop", halt.loop},     {"served_by", halt.served_by}};
}

template <typename Value, typename... Zero>
Json list_of(const std::vector<Value>& values, Zero... zero) {
  Json list = Json::array();
  for (const Value& value : values) list.push_back(to_json(value, zero...));
  return list;
}

Json side_of(const std::optional<Told>& told) {
  if (!told) return nullptr;
  Json side = to_json(*told, told->start);
  side.erase("start_ns");  // 0
  return side;
}

Json to_json(const PitfallRun& run) {
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

Json to_json(const Told& told, Clock::time_point zero) {
  return {{"ending", endings.at(static_cast<size_t>(told.ending))},
          {"message", told.message},
          {"start_ns", to_json(told.start, zero)},
          {"took_ns", told.took.count()},
          {"symptom", told.outcome.symptom},
          {"happened", told.outcome.happened},
          {"measures", list_of(told.outcome.measures)},
          {"halts", list_of(halts_in(told.stretches))},
          {"time_line", list_of(told.stretches, zero)}};
}

Told told_from(const Json& json) {
  Told told{.ending = value_of<Ending>(endings, json["ending"]),
            .message = json["message"],
            .start = *time_from(json["start_ns"]),
            .took = Duration{json["took_ns"].get<Duration::rep>()},
            .outcome = {.symptom = json["symptom"], .happened = json["happened"]}};
  for (const Json& measure : json["measures"])
    told.outcome.measures.emplace_back(measure["name"].get<std::string>(),
                                       measure["value"].get<double>(),
                                       measure["unit"].get<std::string>());
  for (const Json& stretch : json["time_line"])
    told.stretches.push_back({value_of<Kind>(kinds, stretch["kind"]), stretch["what"],
                              stretch["loop"], stretch["process"], stretch["thread"],
                              *time_from(stretch["from_ns"]), time_from(stretch["to_ns"])});
  return told;
}

Json to_json(const std::vector<PitfallRun>& runs) {
  Json list = Json::array();
  for (const PitfallRun& run : runs) list.push_back(to_json(run));
  return {{"schema", 1}, {"pitfalls", list}};
}

}  // namespace waitbench::pitfalls
