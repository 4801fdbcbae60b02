// Computes even arrival times, and random ones with exponential intervals.
#include "task/workload.hpp"

#include <cmath>
#include <random>

namespace waitbench {
namespace {

Duration from_seconds(double seconds) {
  return std::chrono::round<Duration>(std::chrono::duration<double>{seconds});
}

}  // namespace

std::vector<Duration> arrival_times(const Arrivals& arrivals, int tasks) {
  std::vector<Duration> times(static_cast<size_t>(tasks));
  // The engine is the same everywhere. The library's distributions are not, so the intervals of the
  // Poisson process come from the inverse of their distribution, -ln(1-u)/rate for u in [0,1).
  std::mt19937_64 engine{arrivals.seed};
  double sum = 0;  // of intervals, in units of the mean one
  for (Duration& time : times) {
    const double u = std::ldexp(static_cast<double>(engine() >> 11), -53);
    sum += arrivals.kind == ArrivalKind::poisson ? -std::log1p(-u) : 1;
    time = from_seconds(sum / arrivals.rate);
  }
  return times;
}

Workload scaled(Workload workload, double factor) {
  for (Duration* stage : {&workload.connect, &workload.response, &workload.compute})
    *stage = std::chrono::round<Duration>(std::chrono::duration<double>{*stage} * factor);
  return workload;
}

}  // namespace waitbench
