// The pitfalls, in the order in which they are listed and run.
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {

constinit const std::array<const Pitfall*, 29> all_pitfalls{
    &blocked_loop,
    &post_that_stays,
    &works_with_two_threads,
    &nested_run,
    &lock_across_await,
    &second_runtime,
    &jumping_back,
    &lazy_coroutine,
    &dropped_runtime,
    &run_returned_early,
    &lost_exception,
    &serial_await,
    &no_timeout,
    &cancel_stops_short,
    &moved_timer,
    &accept_loop_ends,
    &runtime_coupling,
    &blocking_actor,
    &busy_wait,
    &blocking_files,
    &shared_state,
    &state_across_await,
    &dangling_capture,
    &two_writes_at_once,
    &read_some_is_no_message,
    &oversubscription,
    &unbounded_spawn,
    &colour_everywhere,
    &coordinated_omission,
};

}  // namespace waitbench::pitfalls
