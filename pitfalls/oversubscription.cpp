// More computing threads than cores. Threads that wait cost little; threads that compute take the
// cores from one another: every job is begun, no result comes for a long time, and each time a core
// goes to another job, its caches fill again. How much slower that is depends on what is computed,
// and may be nothing; that the first result comes late does not.
#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/compute.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int jobs_a_core = 8;

std::vector<int> allowed_cores() {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  return cores;
}

void pin_this_thread(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  sched_setaffinity(0, sizeof only, &only);
}

// A core, and the jobs that take turns on it. Other programs' turns don't count.
struct Core {
  explicit Core(int n) : number(n) {}
  int number;
  std::atomic<int> jobs_left = jobs_a_core;
  std::atomic<int> job_on_it = -1;
  std::atomic<int> changes = 0;
};

// Takes 20 ms of CPU time, and looks every 0.1 ms whether another job has had the core meanwhile.
void do_job(int job, Core& core, TimeLine& line) {
  const auto computing = line.holding("job");
  for (int i = 0; i < 200; ++i) {
    hold_thread_for(std::chrono::microseconds{100}, ComputeKind::burn);
    if (core.job_on_it.exchange(job) != job) ++core.changes;
  }
  line.event("result");
}

Outcome compute_on(int threads_a_core, TimeLine& line) {
  std::vector<std::unique_ptr<Core>> cores;
  for (const int number : allowed_cores()) cores.push_back(std::make_unique<Core>(number));
  std::latch all_there{std::ssize(cores) * threads_a_core};
  {
    const auto computing = line.holding("all of it");
    std::vector<std::jthread> threads;
    for (const auto& core : cores)
      for (int i = 0; i < threads_a_core; ++i)
        threads.emplace_back([&, &own = *core] {
          pin_this_thread(own.number);
          all_there.arrive_and_wait();
          for (int job = --own.jobs_left; job >= 0; job = --own.jobs_left) do_job(job, own, line);
        });
  }
  int changes = 0;
  for (const auto& core : cores) changes += core->changes;
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const Duration first = line.from_to_first("all of it", "result");
  return {.symptom = changes > line.count("job"),
          .happened = fmt::format("{} jobs, {} begun at once; cores went to another job {} times; "
                                  "the first result came after {:.0f} of {:.0f} ms",
                                  line.count("job"), line.most_at_once("job"), changes,
                                  in_ms(first), in_ms(line.longest("all of it"))),
          .measures = {{"changes_of_job", changes},
                       {"involuntary_switches", use.ru_nivcsw},
                       {"jobs_begun_at_once", line.most_at_once("job")},
                       {"first_result", first},
                       {"time", line.longest("all of it")}}};
}

Outcome broken(TimeLine& line) {
  return compute_on(jobs_a_core, line);  // a thread a job
}

Outcome fixed(TimeLine& line) {
  return compute_on(1, line);
}

}  // namespace

constinit const Pitfall oversubscription{
    .name = "oversubscription",
    .title = "More computing threads than cores",
    .expected = "more threads get more done",
    .symptom = "no more gets done, and the first result comes late: cores go from job to job",
    .why =
        "a core computes one thing at a time; the system gives it to each thread for some "
        "milliseconds, and takes it away again",
    .cure = "as many threads as cores; the other jobs wait in a queue, which costs nothing",
    .measure = "changes_of_job",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
