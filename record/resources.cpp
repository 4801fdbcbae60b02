// Reads /proc/self/status.
#include "record/resources.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

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

void write_resources(const std::filesystem::path& file) {
  write_whole(file, "{\"peak_rss_bytes\": " + std::to_string(peak_resident_bytes()) + "}\n");
}

}  // namespace waitbench
