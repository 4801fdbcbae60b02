// Tells what a process used, as only the process itself can.
#pragma once

#include <cstdint>
#include <filesystem>

namespace waitbench {

// The most memory that was ever resident, in bytes: VmHWM of /proc/self/status. The parent's view
// (`ru_maxrss`) would include the parent's own memory at the time of exec. Throws
// std::runtime_error where the system does not tell.
std::int64_t peak_resident_bytes();

// Writes {"peak_rss_bytes": ...} to `file`, whole.
void write_resources(const std::filesystem::path& file);

}  // namespace waitbench
