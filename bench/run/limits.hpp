// Tells how much the system gives at most, to one process and to all of them together.
#pragma once

#include <limits>

namespace waitbench {

// Without a limit, or where the system doesn't tell it.
inline constexpr int unlimited = std::numeric_limits<int>::max();

struct Limits {
  int descriptors = unlimited;       // open in a process (ulimit -n)
  int threads = unlimited;           // in a process: each takes two memory mappings
  int threads_together = unlimited;  // more than there are now, of all processes
  int ports = unlimited;             // between two addresses, for connections at the same time
  int backlog = unlimited;           // connections that wait for the server to accept them
};

// As they are now. Some are an estimate: what others on the machine start meanwhile isn't known.
Limits read_limits();

// Raises this process's soft limits to the hard ones; the children inherit them. What can't be
// raised stays: the preflight tells of it where it matters.
void raise_soft_limits();

}  // namespace waitbench
