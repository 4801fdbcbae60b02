// What one thread, one coroutine, one switch, one record costs: the prices behind the models.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
