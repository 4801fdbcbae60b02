// Reads the limits of the system: Linux tells them in several places, and the lowest holds.
#include "bench/run/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

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

// The directories of this process's control group and of those around it, innermost first: version
// 2, or the hierarchy of that controller in version 1.
std::vector<std::filesystem::path> groups_of(const std::string& controller) {
  std::ifstream groups{"/proc/self/cgroup"};
  std::vector<std::filesystem::path> directories;
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b", "4:cpu,cpuacct:/a/b"
    const size_t names = line.find(':') + 1;
    const size_t path = line.find(':', names) + 1;
    const std::string controllers = "," + line.substr(names, path - 1 - names) + ",";
    const bool is_unified = controllers == ",,";
    if (!is_unified && controllers.find("," + controller + ",") == std::string::npos) continue;
    const std::filesystem::path root =
        is_unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller;
    auto below = std::filesystem::path{line.substr(path)}.relative_path();
    for (; !below.empty(); below = below.parent_path()) directories.push_back(root / below);
    directories.push_back(root);
  }
  return directories;
}

// The lowest of those numbers in the control groups; nothing where none has a limit.
std::optional<long long> lowest_in_groups(const std::string& controller,
                                          const std::initializer_list<const char*>& files) {
  std::optional<long long> lowest;
  for (const auto& directory : groups_of(controller))
    for (const char* file : files)
      if (const auto found = numbers_in(directory / file))
        lowest = std::min(lowest.value_or(found->front()), found->front());
  return lowest;
}

// Root is above the limit of a user's processes.
int most_threads() {
  int most = std::min(number_or_unlimited("/proc/sys/kernel/threads-max"),
                      number_or_unlimited("/proc/sys/kernel/pid_max"));
  if (geteuid() != 0) most = std::min(most, soft_limit(RLIMIT_NPROC));
  const auto in_group = lowest_in_groups("pids", {"pids.max"});
  return std::min(most, in_group ? bounded(*in_group) : unlimited);
}

// The microseconds of CPU time per period that a group may use, over the period; version 2, then 1.
std::optional<double> cpu_quota() {
  std::optional<double> lowest;
  const auto add = [&](double quota, double period) {
    if (quota > 0 && period > 0) lowest = std::min(lowest.value_or(quota / period), quota / period);
  };
  for (const auto& directory : groups_of("cpu")) {
    if (const auto both = numbers_in<2>(directory / "cpu.max"))
      add(static_cast<double>(both->front()), static_cast<double>(both->back()));
    const auto quota = numbers_in(directory / "cpu.cfs_quota_us");
    const auto period = numbers_in(directory / "cpu.cfs_period_us");
    if (quota && period)
      add(static_cast<double>(quota->front()), static_cast<double>(period->front()));
  }
  return lowest;
}

// Rounded up, so that what is predicted for so many cores is not later than can be.
int cores(const std::optional<double>& quota) {
  const auto there = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return quota ? std::min(there, std::max(1, static_cast<int>(std::ceil(*quota)))) : there;
}

// Version 1 has a limit of nine exabytes where none is set.
std::optional<std::int64_t> memory_of_group() {
  const auto lowest = lowest_in_groups("memory", {"memory.max", "memory.limit_in_bytes"});
  constexpr long long no_limit = 1LL << 60;
  return lowest && *lowest < no_limit ? std::optional<std::int64_t>{*lowest} : std::nullopt;
}

// Connecting looks for a free port from a random one on, every second port first: past half of the
// range it has to look long.
int ports_before_it_gets_slow() {
  const auto range = numbers_in<2>("/proc/sys/net/ipv4/ip_local_port_range");
  return range ? bounded((range->back() - range->front() + 1) / 2) : unlimited;
}

}  // namespace

Limits read_limits() {
  const auto quota = cpu_quota();
  return {.descriptors = soft_limit(RLIMIT_NOFILE),
          .threads = threads_that_can_be_mapped(),
          .threads_together = most_threads(),
          .ports = ports_before_it_gets_slow(),
          .cores = cores(quota),
          .cpu_quota = quota,
          .memory = memory_of_group()};
}

std::int64_t killed_for_lack_of_memory() {
  for (const auto& directory : groups_of("memory"))
    for (const char* file : {"memory.events", "memory.oom_control"}) {
      std::ifstream events{directory / file};
      std::string name;
      for (std::int64_t count = 0; events >> name >> count;)
        if (name == "oom_kill") return count;
    }
  return 0;
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
