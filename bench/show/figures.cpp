// Chooses units and digits.
#include "bench/show/figures.hpp"

#include <fmt/format.h>

#include "bench/models/prediction.hpp"

namespace waitbench {

std::string plain_seconds(Seconds seconds) {
  constexpr double minute = 60;
  if (seconds.count() < minute) return fmt::format("{:.9g} s", seconds.count());
  const auto whole = static_cast<long>(seconds.count() / minute);
  return fmt::format("{} min {:.3g} s", whole,
                     seconds.count() - minute * static_cast<double>(whole));
}

std::string milliseconds(std::optional<Seconds> seconds) {
  if (!seconds) return "-";
  const double ms = seconds->count() * 1e3;
  return fmt::format("{:.{}f}", ms, ms < 9.95 ? 2 : 1);
}

std::string plain_rate(double rate) {
  return rate < 100 ? fmt::format("{:.3g}", rate) : fmt::format("{:.0f}", rate);
}

std::string saturation_of(const Model& model, const Workload& workload, const Server& server) {
  const auto rate = saturation_rate(model, workload, server);
  return rate ? plain_rate(*rate) + "/s" : "none";
}

double rate_of(const Workload& workload) {
  return workload.arrivals ? workload.arrivals->rate : 0;
}

}  // namespace waitbench
