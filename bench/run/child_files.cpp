// Parses reports, and removes what has been read.
#include "bench/run/child_files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace waitbench {

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

Report ChildFiles::report() const {
  try {
    std::ifstream in{report_};
    if (!in) throw std::runtime_error("can't be opened");
    const auto json = nlohmann::json::parse(in);
    return {.ending = json.at("ending"),
            .message = json.at("message"),
            .started = json.at("started"),
            .peak_rss_bytes = json.at("peak_rss_bytes")};
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
