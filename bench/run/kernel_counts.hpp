// Reads what the kernel counts: what it did to connections, and what it took from the machine.
#pragma once

#include <optional>

#include "bench/records/run.hpp"

namespace waitbench {

// Since the machine, or this network namespace, started: of two readings the difference tells.
// Nothing if the system does not tell.
std::optional<KernelCounts> read_kernel_counts();

}  // namespace waitbench
