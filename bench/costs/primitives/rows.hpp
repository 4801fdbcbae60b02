// Has what the rows share: how a row says that this machine can't show it, and how many things it
// is made of.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace waitbench {

// A row that begins its message so was skipped, which is no failure.
inline constexpr std::string_view not_measured_here = "not measured here: ";

inline void skip(benchmark::State& state, const std::string& why) {
  state.SkipWithError((std::string{not_measured_here} + why).c_str());
}

// One iteration goes there and back: the price of one way is half of its time.
inline void count_there_and_back(benchmark::State& state) {
  state.counters["hand_overs"] = 2;
}

}  // namespace waitbench
