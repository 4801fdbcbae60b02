// A recipe: what the harness would run by it, without running anything.
#include <vector>

#include "bench/options.hpp"
#include "support/program.hpp"
#include "support/values.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace waitbench {
namespace {

bool is_a_duration(Duration duration) {
  return duration >= Duration::zero() && duration <= highest_factor * longest_duration;
}

void check(const Workload& workload) {
  expect(workload.tasks >= 1 && workload.tasks <= 10'000'000);
  expect(workload.threads >= 1 && workload.threads <= 10'000);
  expect(workload.clients >= 1);
  for (const Duration stage : {workload.connect, workload.response, workload.compute})
    expect(is_a_duration(stage));
  if (!workload.arrivals) return;
  const double rate = workload.arrivals->rate;
  expect(rate > 0 && rate <= highest_rate);
  expect(std::chrono::duration<double>{workload.tasks / rate} <= longest_duration);
}

}  // namespace

void read(std::string_view input) {
  const FileInMemory recipe{input};
  const std::string path = recipe.path();
  const std::vector<const char*> command{"waitbench", "--recipe", path.c_str()};
  HarnessOptions options;
  if (const auto exit_code =
          parse_options(static_cast<int>(command.size()), command.data(), options))
    return expect(*exit_code == exit_usage);
  expect(!options.models.empty() && !options.servers.empty() && !options.workloads.empty());
  expect(options.workloads.size() <= most_workloads);
  expect(options.repetitions >= 1 && options.warmup >= 0 && options.events_up_to >= 0);
  for (const auto& limit : {options.timeout, options.longest_run})
    expect(!limit || (*limit >= Duration::zero() && *limit <= longest_duration));
  for (const Workload& workload : options.workloads) check(workload);
}

}  // namespace waitbench
