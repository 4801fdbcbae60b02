// Chooses models and servers by the names that somebody gives.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/models/own_programs.hpp"

namespace waitbench {

// What can be named: "core" or "all", and each by its name.
std::vector<std::string> choices_of_models();
std::vector<std::string> choices_of_servers();

// Each once. What can't be built here is left out of "all", which is told on standard error, and
// refused by name. These throw std::invalid_argument that says what may have been meant.
// Programs of one's own can be named like others, and are chosen besides where they are not.
std::vector<const Model*> choose_models(const std::vector<std::string>& names,
                                        const std::filesystem::path& bin_dir,
                                        const OwnPrograms& own = {});
std::vector<const Server*> choose_servers(const std::vector<std::string>& names,
                                          const OwnPrograms& own = {});

}  // namespace waitbench
