// Asks the scheduler which cores there are, and /sys which hardware threads share one.
#include "bench/costs/primitives/cores.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "bench/costs/primitives/rows.hpp"

namespace waitbench {
namespace {

cpu_set_t usable_cpus() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0)
    throw std::system_error(errno, std::generic_category(), "can't ask for the usable cores");
  return usable;
}

void run_on(const cpu_set_t& cpus) {
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0)
    throw std::system_error(errno, std::generic_category(), "can't choose a core");
}

// "0,4" for two hardware threads of one core; where the system does not say, each is its own.
std::string siblings_of(int cpu) {
  std::ifstream file{
      fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu)};
  std::string list;
  return std::getline(file, list) ? list : std::to_string(cpu);
}

// One hardware thread a core.
std::vector<int> usable_cores() {
  const cpu_set_t usable = usable_cpus();
  std::vector<int> cores;
  std::vector<std::string> seen;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &usable)) continue;
    const std::string siblings = siblings_of(cpu);
    if (std::ranges::find(seen, siblings) != seen.end()) continue;
    seen.push_back(siblings);
    cores.push_back(cpu);
  }
  return cores;
}

}  // namespace

std::optional<Cores> choose_cores(benchmark::State& state, Placement placement) {
  const std::vector<int> cores = usable_cores();
  if (placement == Placement::same_core) {
    state.SetLabel(fmt::format("both on core {}", cores.front()));
    return Cores{cores.front(), cores.front()};
  }
  if (cores.size() < 2) {
    skip(state, "this process has one core only");
    return std::nullopt;
  }
  state.SetLabel(fmt::format("on cores {} and {}", cores.front(), cores.back()));
  return Cores{cores.front(), cores.back()};
}

PinnedTo::PinnedTo(int core) : before_(usable_cpus()) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  run_on(only);
}

PinnedTo::~PinnedTo() {
  sched_setaffinity(0, sizeof before_, &before_);  // was possible before
}

}  // namespace waitbench
