// Tells which models have a program here: some need what not every machine has.
#pragma once

#include <fmt/format.h>

#include <filesystem>

#include "bench/models/models.hpp"

namespace waitbench {

// Whether the model can be run from `bin_dir`. One that needs nothing special counts as built: if
// its program is missing all the same, its runs fail and say so.
inline bool is_built(const Model& model, const std::filesystem::path& bin_dir) {
  return model.needs.empty() ||
         std::filesystem::exists(bin_dir / fmt::format("client_{}", model.name));
}

inline std::string why_not_built(const Model& model) {
  return fmt::format("not built here: it needs {}", model.needs);
}

}  // namespace waitbench
