// The models that can be run here: what they need was there when they were built, and the kernel
// allows it.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "bench/models/built.hpp"
#include "record/ending.hpp"
#include "server/models.hpp"

namespace waitbench {

inline bool is_to_be_had(const ServerModel& model) try {
  if (model.check) model.check();
  return model.serve;
} catch (const RefusalError&) {
  return false;
}

inline std::vector<std::string_view> server_models_to_be_had() {
  std::vector<std::string_view> names;
  for (const ServerModel& model : server_models())
    if (is_to_be_had(model)) names.push_back(model.name);
  return names;
}

// A client on io_uring can be run where a server can.
inline std::vector<Model> built_models() {
  std::vector<Model> built;
  std::ranges::copy_if(models, std::back_inserter(built), [](const Model& model) {
    return is_built(model, BIN_DIR) &&
           (model.needs.empty() || is_to_be_had(find_server_model("io_uring")));
  });
  return built;
}

}  // namespace waitbench
