// Tells how much the system gives at most, to one process and to all of them together.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace waitbench {

// Without a limit, or where the system doesn't tell it.
inline constexpr int unlimited = std::numeric_limits<int>::max();

struct Limits {
  int descriptors = unlimited;         // open in a process (ulimit -n)
  int threads = unlimited;             // in a process: each takes two memory mappings
  int threads_together = unlimited;    // of all processes of this user, control group and system
  int ports = unlimited;               // between two addresses, for connections at the same time
  int cores = 1;                       // for this process and its children
  std::optional<double> cpu_quota;     // cores' worth of CPU time that the control group may use
  std::optional<std::int64_t> memory;  // bytes that the control group may use
};

// As they are now. How much of it others use is not looked at: they may end, or start, meanwhile.
Limits read_limits();

// How many processes of this control group the system has killed for lack of memory.
std::int64_t killed_for_lack_of_memory();

// Raises this process's soft limits to the hard ones; the children inherit them. What can't be
// raised stays: the preflight tells of it where it matters.
void raise_soft_limits();

}  // namespace waitbench
