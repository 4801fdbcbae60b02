// The exercises, in the order in which they are listed.
#include "exercises/judge/exercises.hpp"

#include <algorithm>

namespace waitbench {

using namespace std::chrono_literals;

constinit const std::array<Exercise, 10> exercises{{
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
                  .compute = 200ms},
     .hints = {"run_blocking_task keeps its thread from the first step to the last. Which form of "
               "the task gives it back while it waits? Look into task/coroutine.hpp.",
               "A coroutine needs a loop that resumes it: asio::io_context. co_spawn hands a "
               "coroutine to it, and returns before the coroutine has waited for anything.",
               "Spawn all tasks, and only then call loop.run(), which returns when all have ended. "
               "Lesson 2 quotes the whole function."}},

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
     .hints = {"Step each task once, so that all of them have something to wait for. awaits() says "
               "what that is, and does not change before the next step().",
               "Each round: build a std::vector<pollfd> of all tasks that await a socket (POLLIN "
               "for a reply, else POLLOUT), and find the earliest wakes_at() of those that await "
               "time: the time until then is poll's last argument, -1 if there is none.",
               "After poll, step the tasks whose `revents` is not 0 and those whose time has come. "
               "Step no task before its time. The rounds end when all tasks await nothing. Round "
               "the milliseconds up (std::chrono::ceil), or the last one is spent asking."},
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
     .hints = {"When does a coroutine run its first line? Lesson 4 predicts it, and the pitfall "
               "lazy_coroutine shows it: build/release/bin/pitfalls lazy_coroutine",
               "Something has to start each fetch before the first one is awaited: co_spawn does, "
               "and so does `a && b` of asio/experimental/awaitable_operators.hpp, which is an "
               "awaitable that starts both and ends when both have ended.",
               "`a && b` joins two. A range of fetches is the join of its halves: a function "
               "fetch_all(first, last, ...) that returns fetch(first, ...) for one task, else "
               "fetch_all(first, middle, ...) && fetch_all(middle + 1, last, ...)."},
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
     .hints = {"The last argument of co_spawn is called when the coroutine has ended, with what it "
               "threw (a std::exception_ptr, null if it threw nothing). asio::detached drops it.",
               "`rethrow` of task/asio_types.hpp lets loop.run() throw, but at once: the other "
               "tasks are then left where they are. Keep the exception instead.",
               "A lambda that stores the first exception in a variable beside the loop; after "
               "loop.run(), rethrow(that variable)."},
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
     .hints =
         {"An exception that leaves the function of a std::thread calls std::terminate. It has "
          "to be caught on the thread, and carried to the one that joins.",
          "std::async(std::launch::async, ...) does both: get() of its future waits for the "
          "thread, and throws there what was thrown on the thread.",
          "Start all before the first get(). If a get() throws, the other futures are "
          "destroyed; what does the destructor of a future from std::async wait for?"},
     .trouble = Trouble::nobody_listens},

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
                  .compute = 200ms},
     .hints = {"A thread that has done its task should not end, but take the next one. What do the "
               "threads have to share for that, so that no task is taken twice or left out?",
               "The least is a number, that of the next task. Two threads must not draw the same: "
               "std::atomic<int>, and next++.",
               "Start options.threads threads with std::async. Each runs: for (int id = next++; id "
               "<= options.tasks; id = next++) run_blocking_task(id, options, log);"}},

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
     .hints = {"Between fetch and compute the coroutine has to move to another thread. Lesson 7 "
               "has the line that does it.",
               "Workers pool{options.threads} is a pool of threads, and pool.executor() says where "
               "to go. Give it to the coroutine as a parameter, by value.",
               "co_await post(bind_executor(pool, as_awaitable)); in front of compute(). Declare "
               "the pool after the loop: its threads must have ended when the loop goes."},
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
     .hints = {"A wait for one of two things: the answer, or a timer. What comes first ends both. "
               "The pitfall no_timeout has the pattern: build/release/bin/pitfalls no_timeout",
               "asio/experimental/awaitable_operators.hpp has it as `a || b`: it cancels the one "
               "that lost, and gives back a std::variant whose index() tells which one won.",
               "co_await (fetch(id, options, log) || wait_for(patience)); if the index is 1, throw "
               "a std::runtime_error whose text begins with \"task \" and the number. `rethrow` "
               "is already there to have loop.run() throw it."},
     .trouble = Trouble::nobody_answers},

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
     .hints = {"The call can't be made not to block. So it needs a thread that may: one for each "
               "call that is to be under way at the same time.",
               "Workers bridge{options.threads} has such threads. co_await post(bind_executor("
               "bridge, as_awaitable)) takes the coroutine there, as in compute_elsewhere.",
               "After the call it has to come back, or it computes on the bridge: keep `const auto "
               "loop = co_await asio::this_coro::executor;` from before the first move, and post "
               "to that."},
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
                  .compute = 4ms},
     .hints = {"A pool of four blocking threads would take 250 times c+r+k. So the waits must not "
               "hold a thread at all: coroutines. Which form of the task is that?",
               "One loop may be run by several threads. Whichever is free takes the next task that "
               "is ready, so all four wait and all four compute.",
               "Spawn all tasks on asio::io_context loop{options.threads}; then have options."
               "threads threads call loop.run(), with std::async, and get() each future. A pool "
               "beside the loop would be a fifth thread."}},
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
