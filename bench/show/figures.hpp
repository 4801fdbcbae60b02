// Puts the figures of tables into words.
#pragma once

#include <optional>
#include <string>

#include "bench/models/models.hpp"
#include "bench/models/seconds.hpp"
#include "bench/models/servers.hpp"

namespace waitbench {

// "0.84 s", "42 s", "23 min 20 s".
std::string plain_seconds(Seconds seconds);

// "270.4", "0.06", or "-" where there is none.
std::string milliseconds(std::optional<Seconds> seconds);

// "2.96", "148", "1000000": as many digits as such a figure is worth.
std::string plain_rate(double rate);

// "50/s", or "none".
std::string saturation_of(const Model& model, const Workload& workload, const Server& server);

// 0 where all tasks are there from the beginning.
double rate_of(const Workload& workload);

}  // namespace waitbench
