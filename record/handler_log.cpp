// Writes and reads handlers as CSV.
#include "record/handler_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "record/csv.hpp"

namespace waitbench {
namespace {

constexpr std::string_view header = "handler,step,operation,ns,thread\n";

std::optional<HandlerEvent> parse_row(std::string_view line) {
  HandlerEvent event;
  const std::string_view handler = take_field(line);
  const auto step = std::ranges::find(handler_step_names, take_field(line));
  event.operation = take_field(line);
  std::int64_t ns = 0;
  if (!parse_whole(handler, event.handler) || step == handler_step_names.end() ||
      !parse_whole(take_field(line), ns) || ns < 0 || !parse_whole(line, event.thread))
    return std::nullopt;
  event.step = static_cast<HandlerStep>(step - handler_step_names.begin());
  event.time = Clock::time_point{Duration{ns}};
  return event;
}

}  // namespace

std::filesystem::path handlers_file_beside(const std::filesystem::path& events) {
  return std::filesystem::path{events}.replace_extension(".handlers.csv");
}

std::string to_csv(std::span<const HandlerEvent> handlers) {
  std::string text{header};
  for (const HandlerEvent& event : handlers)
    text += fmt::format("{},{},{},{},{}\n", event.handler,
                        handler_step_names.at(static_cast<size_t>(event.step)), event.operation,
                        event.time.time_since_epoch().count(), event.thread);
  return text;
}

std::vector<HandlerEvent> read_handlers(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  auto handlers = read_csv_rows<HandlerEvent>(file, header, parse_row);
  std::ranges::stable_sort(handlers, {}, &HandlerEvent::time);
  return handlers;
}

}  // namespace waitbench
