// Describes the machine and the build: what a reader needs to judge the numbers.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace waitbench {

// "suite" of results.json: name, version, commit.
nlohmann::ordered_json describe_suite();

// What --version prints: the suite's version and commit, and those of its libraries.
std::string version_text();

// "environment" of results.json, as it is now. What the system does not tell is null.
nlohmann::ordered_json describe_environment();

// How many cores' worth of work the machine does now, watched for a fifth of a second: of others,
// if nothing of the caller's runs meanwhile. The load average would still tell of a build that has
// just ended. Nothing if the system does not tell.
std::optional<double> busy_cores();

}  // namespace waitbench
