// What a reader needs to know of the machine and the build to judge the numbers.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace waitbench {

// "suite" of results.json: name, version, commit.
nlohmann::ordered_json describe_suite();

// "environment" of results.json, as it is now. What the system does not tell is null.
nlohmann::ordered_json describe_environment();

}  // namespace waitbench
