// Logic that is async all through. When to ask again after a failure is decided between two awaits,
// so only an event loop can test it, and only as fast as it waits. With a synchronous core and an
// async shell around it, the rule is a plain function, which even the compiler can test.
#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using namespace std::chrono_literals;

constexpr int most_tries = 3;

// What is seen of asking a peer that fails so often.
struct Course {
  std::vector<Duration> pauses;
  bool gave_up = false;
};

Awaitable<> pause(Duration duration, Course& course) {
  const auto begun = Clock::now();
  co_await wait_for(duration);
  course.pauses.emplace_back(Clock::now() - begun);
}

Awaitable<> ask_async_all_through(int failures, Course& course) {
  for (int tries = 1; tries <= failures && !course.gave_up; ++tries) {
    course.gave_up = tries == most_tries;
    if (!course.gave_up) co_await pause(10ms * (1 << (tries - 1)), course);
  }
}

// The core: how long to wait after so many tries, or nothing: give up.
constexpr std::optional<Duration> pause_after(int tries) {
  if (tries == most_tries) return std::nullopt;
  return 10ms * (1 << (tries - 1));
}
static_assert(pause_after(2) == 20ms && !pause_after(3));

// The shell: it asks and waits, and decides nothing.
Awaitable<> ask(int failures, Course& course) {
  for (int tries = 1; tries <= failures && !course.gave_up; ++tries) {
    course.gave_up = !pause_after(tries);
    if (!course.gave_up) co_await pause(*pause_after(tries), course);
  }
}

// Gives the loop the work that it takes to see the rule, if any: which pause follows which failure,
// and when it gives up.
using See = void (*)(int failures, Course& course, asio::io_context& loop);

void see_on_a_loop(int failures, Course& course, asio::io_context& loop) {
  co_spawn(loop, ask_async_all_through(failures, course), rethrow);
}

void see_in_a_call(int failures, Course& course, asio::io_context&) {
  for (int tries = 1; tries <= failures && !course.gave_up; ++tries) {
    course.gave_up = !pause_after(tries);
    if (!course.gave_up) course.pauses.emplace_back(*pause_after(tries));
  }
}

Outcome test(See see, TimeLine& line) {
  const std::vector<std::vector<Duration>> due{{}, {10ms}, {10ms, 20ms}, {10ms, 20ms}};
  size_t handlers = 0;
  for (int failures = 0; failures <= most_tries; ++failures) {
    const auto testing = line.holding("testing");
    Course course;
    asio::io_context loop{1};
    see(failures, course, loop);
    handlers += loop.run();  // how many it ran
    const bool right = std::ranges::equal(course.pauses, due.at(static_cast<size_t>(failures)),
                                          std::ranges::greater_equal{});  // a machine may be slow
    if (right && course.gave_up == (failures == most_tries)) line.event("passed");
  }
  return {.symptom = handlers > 0,
          .happened = fmt::format("{} of 4 cases passed; testing took {} handlers and {:.1f} ms",
                                  line.count("passed"), handlers, in_ms(line.span("testing"))),
          .measures = {{"handlers_run", handlers},
                       {"cases_passed", line.count("passed")},
                       {"time_of_test", line.span("testing")}}};
}

Outcome broken(TimeLine& line) {
  return test(see_on_a_loop, line);
}

Outcome fixed(TimeLine& line) {
  const Outcome outcome = test(see_in_a_call, line);
  Course course;
  asio::io_context loop{1};  // the shell takes a test of its own, however many rules there are
  co_spawn(loop, ask(2, course), rethrow);
  run_on_threads(loop, 1, line);
  return outcome;
}

}  // namespace

constinit const Pitfall colour_everywhere{
    .name = "colour_everywhere",
    .title = "Async all through",
    .expected = "a rule is tested by calling it",
    .symptom = "testing it takes an event loop and all of its pauses, which a test can only watch",
    .why =
        "whoever awaits is async, and so are its callers: the colour spreads to what only decides",
    .cure = "a synchronous core that decides, and an async shell that asks, waits and does",
    .measure = "handlers_run",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
