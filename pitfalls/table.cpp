// The pitfalls, in the order in which they are listed and run.
#include "pitfalls/table.hpp"

#include <algorithm>

namespace waitbench {

constinit const std::array<const Pitfall*, 6> pitfalls{
    &blocked_loop,    &works_with_two_threads, &lazy_coroutine,
    &dropped_runtime, &lost_exception,         &serial_await,
};

const Pitfall* find_pitfall(std::string_view name) {
  const auto found = std::ranges::find(pitfalls, name, &Pitfall::name);
  return found == pitfalls.end() ? nullptr : *found;
}

}  // namespace waitbench
