// The models that there are programs of beside the tests: what these need is on this machine.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "bench/models/built.hpp"

namespace waitbench {

inline std::vector<Model> built_models() {
  std::vector<Model> built;
  std::ranges::copy_if(models, std::back_inserter(built),
                       [](const Model& model) { return is_built(model, BIN_DIR); });
  return built;
}

}  // namespace waitbench
