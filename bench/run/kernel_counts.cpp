// Reads /proc/net/netstat, /proc/net/snmp and /proc/stat.
#include "bench/run/kernel_counts.hpp"

#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "bench/run/limits.hpp"

namespace waitbench {
namespace {

using Counts = std::map<std::string, std::int64_t>;

// The counts of one protocol. Two lines tell them: "TcpExt: SyncookiesSent ListenOverflows ..." and
// "TcpExt: 0 17 ...".
Counts counts_of(const char* file, const std::string& protocol) {
  std::ifstream in{file};
  Counts counts;
  for (std::string names, values; std::getline(in, names) && std::getline(in, values);) {
    std::istringstream name_fields{names};
    std::istringstream value_fields{values};
    std::string name;
    std::string begin;
    name_fields >> name;
    value_fields >> begin;
    if (name != protocol + ":" || begin != name) continue;
    std::int64_t value = 0;
    while (name_fields >> name && value_fields >> value) counts[name] = value;
  }
  return counts;
}

// Of all cores together.
std::optional<double> steal_seconds() {
  std::ifstream stat{"/proc/stat"};
  std::string cpu;
  double ticks = 0;
  stat >> cpu;
  for (int column = 0; column < 8; ++column) stat >> ticks;  // user, nice, ..., the eighth is steal
  if (!stat || cpu != "cpu") return std::nullopt;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::optional<KernelCounts> read_kernel_counts() {
  const Counts extended = counts_of("/proc/net/netstat", "TcpExt");
  const Counts basic = counts_of("/proc/net/snmp", "Tcp");
  const auto steal = steal_seconds();
  if (!extended.contains("ListenOverflows") || !basic.contains("RetransSegs") || !steal)
    return std::nullopt;
  return KernelCounts{.listen_overflows = extended.at("ListenOverflows"),
                      .listen_drops = extended.at("ListenDrops"),
                      .tcp_timeouts = extended.at("TCPTimeouts"),
                      .retransmitted_segments = basic.at("RetransSegs"),
                      .oom_kills = killed_for_lack_of_memory(),
                      .steal_s = *steal};
}

}  // namespace waitbench
