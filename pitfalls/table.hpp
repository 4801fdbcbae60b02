// The table of pitfalls: a row is defined at the end of the pitfall's own file.
#pragma once

#include <array>

#include "pitfalls/pitfall.hpp"

namespace waitbench::pitfalls {

extern const Pitfall blocked_loop;
extern const Pitfall post_that_stays;
extern const Pitfall works_with_two_threads;
extern const Pitfall nested_run;
extern const Pitfall lock_across_await;
extern const Pitfall second_runtime;
extern const Pitfall jumping_back;
extern const Pitfall lazy_coroutine;
extern const Pitfall dropped_runtime;
extern const Pitfall run_returned_early;
extern const Pitfall lost_exception;
extern const Pitfall serial_await;
extern const Pitfall no_timeout;
extern const Pitfall cancel_stops_short;
extern const Pitfall moved_timer;
extern const Pitfall accept_loop_ends;
extern const Pitfall runtime_coupling;
extern const Pitfall blocking_actor;
extern const Pitfall busy_wait;
extern const Pitfall blocking_files;
extern const Pitfall shared_state;
extern const Pitfall state_across_await;
extern const Pitfall dangling_capture;
extern const Pitfall two_writes_at_once;
extern const Pitfall read_some_is_no_message;
extern const Pitfall oversubscription;
extern const Pitfall unbounded_spawn;
extern const Pitfall colour_everywhere;
extern const Pitfall coordinated_omission;

extern const std::array<const Pitfall*, 29> all_pitfalls;

}  // namespace waitbench::pitfalls
