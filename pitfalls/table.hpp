// The table of pitfalls: a row is defined at the end of the pitfall's own file.
#pragma once

#include <array>
#include <string_view>

#include "pitfalls/pitfall.hpp"

namespace waitbench {

extern const Pitfall blocked_loop;
extern const Pitfall works_with_two_threads;
extern const Pitfall lazy_coroutine;
extern const Pitfall dropped_runtime;
extern const Pitfall lost_exception;
extern const Pitfall serial_await;

extern const std::array<const Pitfall*, 6> pitfalls;

// Null if there is none of that name.
const Pitfall* find_pitfall(std::string_view name);

}  // namespace waitbench
