// Notes which threads a process has, as the kernel lists them while it runs, and how much CPU time
// it has used.
#pragma once

#include <sys/types.h>

#include <span>
#include <vector>

#include "bench/records/evidence.hpp"
#include "bench/records/run.hpp"

namespace waitbench {

class ThreadWatch {
 public:
  // Reads the CPU time of the process, and lists its threads and those of its children, unless it
  // is too early for that: with very many threads a look takes its time, which is not to be more
  // than a hundredth of all.
  void look(pid_t process);

  std::span<const ThreadSample> samples() const { return samples_; }
  std::span<const CpuSample> cpu_samples() const { return cpu_samples_; }

 private:
  std::vector<ThreadSample> samples_;
  std::vector<CpuSample> cpu_samples_;
  Clock::time_point next_look_;
};

// What each thread of the process and of its children does at this moment. Nothing where the system
// does not tell.
std::vector<ThreadAtCut> what_threads_do(pid_t process);

}  // namespace waitbench
