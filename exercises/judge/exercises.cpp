// The exercises, in the order in which they are listed.
#include "exercises/judge/exercises.hpp"

#include <algorithm>

namespace waitbench {

using namespace std::chrono_literals;

constinit const std::array<Exercise, 15> exercises{{
    {.model = {.name = "overlap_the_waits",
               .title = "Overlap the waits",
               .shows = "One thread blocks its way through the tasks, one after the other.\n"
                        "Have all of them wait at the same time, still on one thread.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 2,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 800ms,
                  .compute = 200ms}},

    {.model = {.name = "wait_for_all_at_once",
               .title = "Wait for all at once",
               .shows = "A loop without coroutines waits for one timer or one socket at a time.\n"
                        "Have one call of poll wait for all of them, asleep.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 3,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 800ms,
                  .compute = 200ms},
     .waits_asleep = true},

    {.model = {.name = "start_then_await",
               .title = "Start all, then await all",
               .shows =
                   "A coroutine makes all fetches, then awaits one after the other: N(c+r+k).\n"
                   "Have all of them under way at once, and compute in the tasks' order.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 4,
     .workload = {.tasks = 4,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 600ms,
                  .compute = 150ms},
     .in_order = true},

    {.model = {.name = "notice_the_failure",
               .title = "Notice the failure",
               .shows = "Task 2 fails, and the client ends with status 0.\n"
                        "Have the other tasks finish, then end with status 1 and name task 2.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 5,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 600ms,
                  .compute = 150ms},
     .trouble = Trouble::nobody_listens},

    {.model = {.name = "join_and_fail_loudly",
               .title = "Join all, and fail loudly",
               .shows = "A thread per task. Task 2 fails, and that ends the whole program.\n"
                        "Have the other tasks finish, then end with status 1 and name task 2.",
               .facts = {Many::all, Many::all, Wait::holds_thread}},
     .lesson = 6,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 600ms,
                  .compute = 300ms},
     .trouble = Trouble::nobody_listens},

    {.model = {.name = "why_in_turn",
               .title = "Why in turn?",
               .shows = "Each task has a thread of its own, and still they run in turn.\n"
                        "Find the one fault: all are to wait and compute at the same time.",
               .facts = {Many::all, Many::all, Wait::holds_thread}},
     .lesson = 6,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 600ms,
                  .compute = 300ms}},

    {.model = {.name = "bound_the_threads",
               .title = "Bound the threads",
               .shows = "Each task has a thread of its own, however many tasks there are.\n"
                        "Have T threads take one task after the other.",
               .facts = {Many::as_threads, Many::as_threads, Wait::holds_thread}},
     .lesson = 7,
     .workload = {.tasks = 6,
                  .threads = 2,
                  .cores = 1,
                  .connect = 100ms,
                  .response = 300ms,
                  .compute = 200ms}},

    {.model = {.name = "why_one_worker",
               .title = "Why one worker?",
               .shows = "T threads take tasks from a queue, and only one of them ever has one.\n"
                        "Find the one fault: each of them is to have a task.",
               .facts = {Many::as_threads, Many::as_threads, Wait::holds_thread}},
     .lesson = 7,
     .workload = {.tasks = 6,
                  .threads = 3,
                  .cores = 1,
                  .connect = 100ms,
                  .response = 300ms,
                  .compute = 200ms}},

    {.model = {.name = "compute_elsewhere",
               .title = "Compute elsewhere",
               .shows = "Tasks compute on the loop's only thread, and nobody is served meanwhile.\n"
                        "Have T other threads compute, so that the loop's never does.",
               .facts = {Many::all, Many::as_threads, Wait::has_own_loop}},
     .lesson = 8,
     .workload = {.tasks = 4,
                  .threads = 2,
                  .cores = 1,
                  .connect = 100ms,
                  .response = 400ms,
                  .compute = 300ms},
     .computes_elsewhere = true},

    {.model = {.name = "limit_the_wait",
               .title = "Limit the wait",
               .shows = "The peer of task 2 never answers, and the client never ends.\n"
                        "Have the others finish, task 2 give up after 2 s, and the exit name it.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 8,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 500ms,
                  .compute = 150ms},
     .trouble = Trouble::nobody_answers,
     .give_up_after = 2s},

    {.model = {.name = "why_one_computes",
               .title = "Why does only one compute?",
               .shows = "A loop hands computing over to T threads, and one computes at a time.\n"
                        "Find the one fault: T are to compute at the same time.",
               .facts = {Many::all, Many::as_threads, Wait::has_own_loop}},
     .lesson = 8,
     .workload = {.tasks = 4,
                  .threads = 2,
                  .cores = 1,
                  .connect = 100ms,
                  .response = 400ms,
                  .compute = 300ms},
     .computes_elsewhere = true},

    {.model = {.name = "bridge_a_blocking_call",
               .title = "Bridge a blocking call",
               .shows = "A coroutine calls a library that blocks, on the loop's only thread.\n"
                        "Have threads of their own make the calls, and the loop's compute.",
               .facts = {Many::as_threads, Many::one, Wait::holds_thread}},
     .lesson = 9,
     .workload = {.tasks = 3,
                  .threads = 3,
                  .cores = 1,
                  .connect = 200ms,
                  .response = 600ms,
                  .compute = 200ms},
     .computes_elsewhere = true},

    {.model = {.name = "a_thousand_tasks",
               .title = "A thousand tasks, four threads",
               .shows = "A thousand tasks on a thousand threads.\n"
                        "Have four threads wait for all of them, and compute, within 5 %.",
               .facts = {Many::all, Many::as_threads, Wait::gives_thread_back}},
     .lesson = 10,
     .workload = {.tasks = 1000,
                  .threads = 4,
                  .cores = 1,
                  .connect = 500ms,
                  .response = 1450ms,
                  .compute = 4ms}},

    {.model = {.name = "serve_them_all",
               .title = "Serve them all",
               .shows = "A server serves one connection from accept to close, then the next.\n"
                        "Have all connections wait at the same time, still on one thread.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 11,
     .workload = {.tasks = 4,
                  .threads = 1,
                  .cores = 1,
                  .connect = 100ms,
                  .response = 600ms,
                  .compute = 100ms},
     .is_server = true},

    {.model = {.name = "why_so_early",
               .title = "Why so early?",
               .shows = "Each task is to wait before it connects; all but one connect at once.\n"
                        "Find the one fault: every task is to wait as long as it was asked to.",
               .facts = {Many::all, Many::one, Wait::gives_thread_back}},
     .lesson = 12,
     .workload = {.tasks = 3,
                  .threads = 1,
                  .cores = 1,
                  .connect = 300ms,
                  .response = 500ms,
                  .compute = 200ms}},
}};

const Exercise* find_exercise(std::string_view name) {
  const auto found = std::ranges::find(exercises, name, &Exercise::name);
  return found == exercises.end() ? nullptr : &*found;
}

Workload undisturbed_part(const Exercise& exercise) {
  Workload part = exercise.workload;
  if (exercise.trouble != Trouble::none) part.tasks = (part.tasks + 1) / 2;
  return part;
}

}  // namespace waitbench
