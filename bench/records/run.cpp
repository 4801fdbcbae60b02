// Sums and names the figures of a run.
#include "bench/records/run.hpp"

#include <algorithm>

namespace waitbench {

ProcessUse& ProcessUse::operator+=(const ProcessUse& other) {
  user_s += other.user_s;
  system_s += other.system_s;
  peak_rss_bytes += other.peak_rss_bytes;
  peak_threads += other.peak_threads;
  voluntary_switches += other.voluntary_switches;
  involuntary_switches += other.involuntary_switches;
  minor_faults += other.minor_faults;
  major_faults += other.major_faults;
  return *this;
}

KernelCounts& KernelCounts::operator-=(const KernelCounts& before) {
  listen_overflows -= before.listen_overflows;
  listen_drops -= before.listen_drops;
  tcp_timeouts -= before.tcp_timeouts;
  retransmitted_segments -= before.retransmitted_segments;
  oom_kills -= before.oom_kills;
  steal_s = std::max(0.0, steal_s - before.steal_s);  // a virtual machine that moved counts anew
  return *this;
}

std::vector<std::pair<std::string, double>> figures_of(const ProcessUse& use) {
  const auto number = [](std::int64_t count) { return static_cast<double>(count); };
  return {{"user_s", use.user_s},
          {"system_s", use.system_s},
          {"peak_rss_bytes", number(use.peak_rss_bytes)},
          {"peak_threads", use.peak_threads},
          {"voluntary_switches", number(use.voluntary_switches)},
          {"involuntary_switches", number(use.involuntary_switches)},
          {"minor_faults", number(use.minor_faults)},
          {"major_faults", number(use.major_faults)}};
}

}  // namespace waitbench
