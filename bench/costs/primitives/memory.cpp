// Measures the memory that an idle thread, coroutine or connection holds: the slope of a line
// through several counts of them, each in a process of its own, so that what a process needs anyway
// is left out.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/costs/primitives/rows.hpp"
#include "support/child_process.hpp"

namespace waitbench {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool under_sanitizer = true;
#else
constexpr bool under_sanitizer = false;
#endif

constexpr std::array counts{1000, 2000, 4000, 8000};
constexpr int samples_per_count = 3;  // others use the system's memory too: the median of these

struct Held {
  double resident;   // bytes more in this process
  double available;  // bytes fewer that the system could give out
};

struct Point {
  double count;
  double bytes;
};

// By least squares.
double slope_of(std::span<const Point> points) {
  double count = 0;
  double bytes = 0;
  for (const Point& point : points) {
    count += point.count / static_cast<double>(points.size());
    bytes += point.bytes / static_cast<double>(points.size());
  }
  double together = 0;
  double alone = 0;
  for (const Point& point : points) {
    together += (point.count - count) * (point.bytes - bytes);
    alone += (point.count - count) * (point.count - count);
  }
  return together / alone;
}

template <typename Field>
double median(std::vector<Held> samples, Field field) {
  std::ranges::sort(samples, {}, field);
  return samples[samples.size() / 2].*field;
}

// Nothing if the system has no more of something, which is told in `refusal`.
std::optional<Held> hold(const std::string& kind, int count, std::string& refusal) {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  ChildProcess child{{beside / "idle_memory", kind, std::to_string(count)}};
  const auto ended = child.wait({.deadline = Clock::now() + std::chrono::seconds{60}});
  if (ended != ChildProcess::WaitEnd::done) throw std::runtime_error("idle_memory takes too long");
  if (!child.succeeded())
    throw std::runtime_error(fmt::format("{}{}", child.standard_error(), child.ending()));
  const auto told = nlohmann::json::parse(child.standard_output());
  if (told["status"] == "refused") {
    refusal = told["message"];
    return std::nullopt;
  }
  return Held{.resident = told["resident_bytes"], .available = told["available_bytes"]};
}

void memory_of_an_idle_one(benchmark::State& state, const std::string& kind) {
  if (under_sanitizer) return skip(state, "a sanitizer has memory of its own for everything");
  for (auto _ : state) {
    std::vector<Point> resident;
    std::vector<Point> available;
    std::string refusal;
    for (const int count : counts) {
      std::vector<Held> samples;
      while (samples.size() < samples_per_count)
        if (const auto held = hold(kind, count, refusal))
          samples.push_back(*held);
        else
          break;
      if (!refusal.empty()) break;
      resident.push_back({static_cast<double>(count), median(samples, &Held::resident)});
      available.push_back({static_cast<double>(count), median(samples, &Held::available)});
    }
    if (resident.size() < 2) return skip(state, refusal);
    state.counters["resident_bytes_each"] = slope_of(resident);
    state.counters["available_bytes_each"] = slope_of(available);
    state.SetLabel(fmt::format("{} to {} of them{}{}", counts.front(), resident.back().count,
                               refusal.empty() ? "" : "; ", refusal));
  }
}

void memory_of_an_idle_thread(benchmark::State& state) {
  memory_of_an_idle_one(state, "thread");
}
BENCHMARK(memory_of_an_idle_thread)->UseRealTime()->Unit(benchmark::kMillisecond);

void memory_of_an_idle_coroutine_on_a_timer(benchmark::State& state) {
  memory_of_an_idle_one(state, "coroutine_on_timer");
}
BENCHMARK(memory_of_an_idle_coroutine_on_a_timer)->UseRealTime()->Unit(benchmark::kMillisecond);

void memory_of_an_idle_coroutine_on_a_socket(benchmark::State& state) {
  memory_of_an_idle_one(state, "coroutine_on_socket");
}
BENCHMARK(memory_of_an_idle_coroutine_on_a_socket)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace waitbench
