// Asks the system and the compiler for what environment.hpp lists.
#include "bench/run/environment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/Version.hpp>
#include <array>
#include <asio/version.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "bench/run/limits.hpp"

namespace waitbench {
namespace {

using Json = nlohmann::ordered_json;

Json cpu_model() {
  std::ifstream cpuinfo{"/proc/cpuinfo"};
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return nullptr;
}

Json load_average() {
  std::array<double, 3> load{};
  if (getloadavg(load.data(), load.size()) != static_cast<int>(load.size())) return nullptr;
  return load;
}

struct CpuTime {
  double busy = 0;
  double all = 0;
};

// Of all cores together since the system started, in the kernel's ticks.
std::optional<CpuTime> cpu_time() {
  std::ifstream stat{"/proc/stat"};
  std::string name;
  CpuTime time;
  stat >> name;
  constexpr int idle = 3;  // and after it waiting for a disk: both are nobody's work
  double ticks = 0;
  for (int column = 0; column < 8 && stat >> ticks; ++column) {
    time.all += ticks;
    if (column != idle && column != idle + 1) time.busy += ticks;
  }
  return name == "cpu" && stat ? std::optional{time} : std::nullopt;
}

// How the cores' frequency is chosen; null where nobody chooses, as in most virtual machines.
Json frequency_governor() {
  std::ifstream file{"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"};
  std::string governor;
  return file >> governor ? Json(governor) : Json(nullptr);
}

std::string asio_version() {
  return fmt::format("{}.{}.{}", ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000,
                     ASIO_VERSION % 100);
}

std::string fmt_version() {
  return fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

std::string json_version() {
  return fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                     NLOHMANN_JSON_VERSION_PATCH);
}

Json libraries() {
  return {{"asio", asio_version()},
          {"benchmark", WAITBENCH_BENCHMARK_VERSION},
          {"cli11", CLI11_VERSION},
          {"fmt", fmt_version()},
          {"nlohmann_json", json_version()}};
}

}  // namespace

std::string version_text() {
  std::string text = fmt::format("waitbench {} (commit {}, {}, {})", WAITBENCH_VERSION,
                                 WAITBENCH_COMMIT, WAITBENCH_COMPILER, WAITBENCH_BUILD_TYPE);
  const Json versions = libraries();
  for (const auto& [name, version] : versions.items())
    text += fmt::format("\n{} {}", name, version.get<std::string>());
  return text;
}

Json describe_suite() {
  return {{"name", "waitbench"}, {"version", WAITBENCH_VERSION}, {"commit", WAITBENCH_COMMIT}};
}

Json describe_environment() {
  utsname system{};
  uname(&system);
  const auto busy = busy_cores();
  const Limits limits = read_limits();
  return {{"date", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
          {"host", system.nodename},
          {"cpu", cpu_model()},
          {"cores", std::thread::hardware_concurrency()},
          {"cpu_quota_cores", limits.cpu_quota ? Json(*limits.cpu_quota) : Json(nullptr)},
          {"memory_limit_bytes", limits.memory ? Json(*limits.memory) : Json(nullptr)},
          {"memory_bytes", sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)},
          {"kernel", fmt::format("{} {}", system.sysname, system.release)},
          {"compiler", WAITBENCH_COMPILER},
          {"flags", WAITBENCH_FLAGS},
          {"build_type", WAITBENCH_BUILD_TYPE},
          {"libraries", libraries()},
          {"load_average", load_average()},
          {"busy_cores", busy ? Json(*busy) : Json(nullptr)},
          {"governor", frequency_governor()}};
}

std::optional<double> busy_cores() {
  const auto before = cpu_time();
  std::this_thread::sleep_for(std::chrono::milliseconds{200});  // the figure is of a span of time
  const auto after = cpu_time();
  if (!before || !after || after->all <= before->all) return std::nullopt;
  const double share = (after->busy - before->busy) / (after->all - before->all);
  return share * std::thread::hardware_concurrency();
}

}  // namespace waitbench
