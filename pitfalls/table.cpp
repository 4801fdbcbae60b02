// The pitfalls, in the order in which they are listed and run.
#include "pitfalls/table.hpp"

#include <algorithm>

namespace waitbench::pitfalls {

constinit const std::array<const Pitfall*, 17> all_pitfalls{
    &blocked_loop,     &works_with_two_threads, &nested_run,     &second_runtime, &jumping_back,
    &lazy_coroutine,   &dropped_runtime,        &lost_exception, &serial_await,   &no_timeout,
    &runtime_coupling, &blocking_actor,         &busy_wait,      &blocking_files, &shared_state,
    &oversubscription, &colour_everywhere,
};

const Pitfall* find_pitfall(std::string_view name) {
  const auto found = std::ranges::find(all_pitfalls, name, &Pitfall::name);
  return found == all_pitfalls.end() ? nullptr : *found;
}

}  // namespace waitbench::pitfalls
