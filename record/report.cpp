// Reads /proc/self/status, and writes JSON.
#include "record/report.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/whole_file.hpp"

namespace waitbench {

std::int64_t peak_resident_bytes() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    std::int64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  throw std::runtime_error("/proc/self/status has no VmHWM: the peak memory is not known");
}

namespace {

// As JSON has it. Messages are the system's and ours: what is not ASCII in them is a path's.
std::string json_text(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c >= ' ' && c <= '~' ? c : '?';
  }
  return json + '"';
}

std::string json_text_or_null(std::string_view text) {
  return text.empty() ? "null" : json_text(text);
}

}  // namespace

void write_report(const std::filesystem::path& file, const Ending& ending) {
  std::string json = "{\"ending\": " + json_text(name_of(ending.kind));
  json += ", \"message\": " + json_text(ending.message);
  json += ", \"task\": " + (ending.task == 0 ? "null" : std::to_string(ending.task));
  json += ", \"operation\": " + json_text_or_null(ending.operation);
  json += ", \"started\": " + std::to_string(ending.started);
  json += ", \"finished\": " + std::to_string(ending.finished);
  json += ", \"peak_rss_bytes\": " + std::to_string(peak_resident_bytes());
  write_whole(file, json + "}\n");
}

}  // namespace waitbench
