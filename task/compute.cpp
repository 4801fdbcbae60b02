// Holds the thread in two ways: by sleeping, and by burning CPU time.
#include "task/compute.hpp"

#include <thread>

#include "support/time.hpp"

namespace waitbench {
namespace {

void burn_cpu_for(Duration duration) {
  const auto end = cpu_time_of_this_thread() + duration;
  volatile unsigned work = 0;
  while (cpu_time_of_this_thread() < end)
    for (int i = 0; i < 1000; ++i) work = work * 31 + 7;  // a microsecond between two looks
}

}  // namespace

void hold_thread_for(Duration duration, ComputeKind kind) {
  if (kind == ComputeKind::hold)
    std::this_thread::sleep_for(duration);
  else
    burn_cpu_for(duration);
}

void compute(int id, const Workload& workload, EventLog& log) {
  hold_thread_for(workload.compute_of(id), workload.compute_kind);
  log.record(id, Step::finished);
}

}  // namespace waitbench
