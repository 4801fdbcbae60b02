// Writes files that appear whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace waitbench {

// Writes `content` beside `file`, then renames it into place: a reader sees the old file or the new
// one, whole. Throws std::system_error that names the file (no space left, no permission, ...), and
// leaves nothing half written.
void write_whole(const std::filesystem::path& file, std::string_view content);

}  // namespace waitbench
