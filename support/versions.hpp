// What differs between versions of the libraries: one commented line per difference. Nothing else
// asks for a version.
#pragma once

#include <asio/version.hpp>
#include <string>
#if ASIO_VERSION < 102400
#include <asio/experimental/deferred.hpp>  // before 1.24 `deferred` was experimental
#else
#include <asio/deferred.hpp>
#endif

namespace waitbench {

#if ASIO_VERSION < 102400
using asio::experimental::deferred;
#else
using asio::deferred;
#endif

// Whether a run of Google Benchmark was skipped with an error, and why: `error_occurred` and
// `error_message` up to 1.7, `skipped` and `skip_message` from 1.8 on.
template <typename Run>
bool was_skipped(const Run& run) {
  if constexpr (requires { run.skipped; })
    return run.skipped != decltype(run.skipped){};
  else
    return run.error_occurred;
}

template <typename Run>
const std::string& why_skipped(const Run& run) {
  if constexpr (requires { run.skip_message; })
    return run.skip_message;
  else
    return run.error_message;
}

// A flag as this version of Google Benchmark takes it: a minimum time has no unit up to 1.7, and
// ends with `s` from 1.8 on. All other flags stay as they are.
template <typename Run>
std::string flag_as_taken(std::string flag) {
  if (!flag.starts_with("--benchmark_min_time=")) return flag;
  constexpr bool takes_unit = requires(Run run) {
    run.skipped;
  };
  const bool has_unit = flag.ends_with('s') || flag.ends_with('x');
  if (takes_unit && !has_unit) flag += 's';
  if (!takes_unit && flag.ends_with('s')) flag.pop_back();
  return flag;
}

}  // namespace waitbench
