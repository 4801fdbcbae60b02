// Reads the limits of the system: Linux tells them in several places, and the lowest holds.
#include "bench/run/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace waitbench {
namespace {

int bounded(long long value) {
  return static_cast<int>(std::clamp<long long>(value, 0, unlimited));
}

// The first numbers in a file; nothing if it isn't there or says something else, like "max".
template <size_t count = 1>
std::optional<std::array<long long, count>> numbers_in(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::array<long long, count> numbers{};
  for (long long& number : numbers)
    if (!(file >> number)) return std::nullopt;
  return numbers;
}

int number_or_unlimited(const std::filesystem::path& path) {
  const auto found = numbers_in(path);
  return found ? bounded(found->front()) : unlimited;
}

int soft_limit(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
  return bounded(static_cast<long long>(limit.rlim_cur));
}

// Each thread has a stack and a guard page, which are mapped apart; a program itself has a few.
int threads_that_can_be_mapped() {
  constexpr int mappings_of_a_program = 100;
  const int mappings = number_or_unlimited("/proc/sys/vm/max_map_count");
  return mappings == unlimited ? unlimited : (mappings - mappings_of_a_program) / 2;
}

// All threads of the machine: after the slash of "0.20 0.18 0.12 1/80 11206".
int threads_now() {
  std::ifstream file{"/proc/loadavg"};
  std::string text;
  for (int i = 0; i < 4; ++i) file >> text;
  const size_t slash = text.find('/');
  return slash == text.npos ? 0 : std::atoi(text.c_str() + slash + 1);
}

// What this process's control group still allows (version 2, then 1).
int threads_left_in_group() {
  std::ifstream groups{"/proc/self/cgroup"};
  int left = unlimited;
  for (std::string line; std::getline(groups, line);) {
    const size_t path = line.rfind(':') + 1;
    const bool unified = line.starts_with("0::");
    if (!unified && line.find(":pids:") == line.npos) continue;
    const auto directory =
        std::filesystem::path{unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids"} /
        line.substr(path).erase(0, 1);
    const auto most = numbers_in(directory / "pids.max");
    const auto now = numbers_in(directory / "pids.current");
    if (most && now) left = std::min(left, bounded(most->front() - now->front()));
  }
  return left;
}

// Root is above the limit of a user's processes.
int threads_left() {
  int most = std::min(number_or_unlimited("/proc/sys/kernel/threads-max"),
                      number_or_unlimited("/proc/sys/kernel/pid_max"));
  if (geteuid() != 0) most = std::min(most, soft_limit(RLIMIT_NPROC));
  return std::min(most == unlimited ? unlimited : std::max(0, most - threads_now()),
                  threads_left_in_group());
}

// Connecting looks for a free port from a random one on, every second port first: past half of the
// range it has to look long.
int ports_before_it_gets_slow() {
  const auto range = numbers_in<2>("/proc/sys/net/ipv4/ip_local_port_range");
  return range ? bounded((range->back() - range->front() + 1) / 2) : unlimited;
}

}  // namespace

Limits read_limits() {
  return {.descriptors = soft_limit(RLIMIT_NOFILE),
          .threads = threads_that_can_be_mapped(),
          .threads_together = threads_left(),
          .ports = ports_before_it_gets_slow(),
          .backlog = number_or_unlimited("/proc/sys/net/core/somaxconn")};
}

void raise_soft_limits() {
  for (const auto resource : {RLIMIT_NOFILE, RLIMIT_NPROC}) {
    rlimit limit{};
    if (getrlimit(resource, &limit) != 0) continue;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
  }
}

}  // namespace waitbench
