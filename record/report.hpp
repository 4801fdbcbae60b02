// The report that a process leaves of itself: how it ended and what it used, as JSON.
#pragma once

#include <cstdint>
#include <filesystem>

#include "record/ending.hpp"

namespace waitbench {

// The most memory that was ever resident, in bytes: VmHWM of /proc/self/status. The parent's view
// (`ru_maxrss`) would include the parent's own memory at the time of exec. Throws
// std::runtime_error where the system does not tell.
std::int64_t peak_resident_bytes();

// Writes `ending` and what this process has used so far to `file`, whole:
// {"ending": "ok", "message": "", "task": null, "operation": null, "started": 3, "finished": 3,
//  "peak_rss_bytes": 4194304}
void write_report(const std::filesystem::path& file, const Ending& ending);

}  // namespace waitbench
