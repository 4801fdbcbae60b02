// Measures what calling a function takes, and what recording an event takes.
#include <benchmark/benchmark.h>

#include "record/event_log.hpp"

namespace waitbench {
namespace {

[[gnu::noinline]] void opaque_function() {
  benchmark::ClobberMemory();  // so that a call of it can't be left out
}

void call_a_function(benchmark::State& state) {
  for (auto _ : state) opaque_function();
}
BENCHMARK(call_a_function);

void record_an_event(benchmark::State& state) {
  EventLog log{1};
  for (auto _ : state) log.record(1, Step::read);
}
BENCHMARK(record_an_event);

}  // namespace
}  // namespace waitbench
