// Parses reports, and removes what has been read.
#include "bench/run/child_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace waitbench {
namespace {

// A child may have left anything by that name, and any amount of it. A pipe would be waited for.
void check_file(const std::filesystem::path& file, std::uintmax_t most) {
  std::error_code error;  // what is not there can't be opened either, which is told then
  if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error))
    throw std::runtime_error(file.string() + ": is no file");
  const auto size = std::filesystem::file_size(file, error);
  if (!error && size > most)
    throw std::runtime_error(
        fmt::format("{}: has {} bytes, and {} are plenty", file.string(), size, most));
}

std::int64_t number_in(const nlohmann::json& json, const char* key, std::int64_t least,
                       std::int64_t most) {
  const auto& value = json.at(key);
  const auto number = value.is_number_integer() ? value.get<std::int64_t>() : least - 1;
  if (number < least || number > most)
    throw std::runtime_error(fmt::format("{} is no whole number from {} to {}", key, least, most));
  return number;
}

std::int64_t memory_of_machine() {
  return std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
}

}  // namespace

ChildFiles::ChildFiles(const std::filesystem::path& directory, const std::string& who)
    : events_(directory / (who + ".csv")),
      report_(directory / (who + ".json")),
      handlers_(handlers_file_beside(events_)) {
  remove();
}

ChildFiles::~ChildFiles() {
  remove();
}

void ChildFiles::add_to(std::vector<std::string>& command) const {
  command.insert(command.end(), {"--events", events_, "--report", report_});
}

std::vector<Event> ChildFiles::events(int tasks) const {
  constexpr std::uintmax_t bytes_per_task = 1024;     // six steps take 300
  constexpr std::uintmax_t bytes_besides = 64 << 20;  // a million connections of others
  check_file(events_, bytes_besides + static_cast<std::uintmax_t>(tasks) * bytes_per_task);
  return read_csv(events_);
}

std::vector<HandlerEvent> ChildFiles::handlers() const {
  check_file(handlers_, std::numeric_limits<std::uintmax_t>::max());
  return read_handlers(handlers_);
}

Report ChildFiles::report() const {
  try {
    check_file(report_, 64 << 10);
    std::ifstream in{report_};
    if (!in) throw std::runtime_error("can't be opened");
    const auto json = nlohmann::json::parse(in);
    constexpr std::int64_t most_tasks = std::numeric_limits<int>::max();
    return {.ending = json.at("ending"),
            .message = json.at("message"),
            .started = static_cast<int>(number_in(json, "started", 0, most_tasks)),
            .peak_rss_bytes = number_in(json, "peak_rss_bytes", 1, memory_of_machine())};
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("{}: not a report: {}", report_.string(), error.what()));
  }
}

std::optional<Report> ChildFiles::report_if_any() const {
  try {
    return report();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ChildFiles::remove() const {
  std::error_code ignored;  // a file that is not there is as good as removed
  for (const auto& file : {events_, report_, handlers_}) std::filesystem::remove(file, ignored);
}

}  // namespace waitbench
