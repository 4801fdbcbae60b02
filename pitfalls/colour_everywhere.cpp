// Logic that is async all through. When to ask again after a failure is decided between two awaits,
// so only an event loop can test it, and only as fast as it waits. With a synchronous core and an
// async shell around it, the rule is a plain function, which even the compiler can test.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <optional>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using std::chrono::milliseconds;

constexpr int most_tries = 3;

// Asks a peer that fails that often. Returns how often it asked, or 0 if it gave up.
Awaitable<int> ask_async_all_through(int failures) {
  for (int tries = 1;; ++tries) {
    if (tries > failures) co_return tries;
    if (tries == most_tries) co_return 0;
    co_await wait_for(milliseconds{10} * (1 << (tries - 1)));
  }
}

// The core: how long to wait after so many tries, or nothing: give up.
constexpr std::optional<milliseconds> pause_after(int tries) {
  if (tries == most_tries) return std::nullopt;
  return milliseconds{10} * (1 << (tries - 1));
}

static_assert(pause_after(1) == milliseconds{10});
static_assert(pause_after(2) == milliseconds{20});
static_assert(!pause_after(3));

// The shell: it asks and waits, and decides nothing.
Awaitable<int> ask(int failures) {
  for (int tries = 1;; ++tries) {
    if (tries > failures) co_return tries;
    const auto pause = pause_after(tries);
    if (!pause) co_return 0;
    co_await wait_for(*pause);
  }
}

int run_on_a_loop(Awaitable<int> asking, int& handlers) {
  asio::io_context loop{1};
  int tries = -1;
  co_spawn(loop, std::move(asking), [&](const std::exception_ptr& error, int result) {
    rethrow(error);
    tries = result;
  });
  handlers += static_cast<int>(loop.run());  // how many it ran
  return tries;
}

Outcome judge(int passed, int handlers, const TimeLine& line) {
  return {.symptom = handlers > 0,
          .happened = fmt::format("{} of 3 cases passed; testing them took an event loop {} "
                                  "handlers, and {:.1f} ms",
                                  passed, handlers, in_ms(line.longest("testing"))),
          .measures = {{"handlers_run", handlers},
                       {"cases_passed", passed},
                       {"time_of_test", line.longest("testing")}}};
}

Outcome broken(TimeLine& line) {
  int handlers = 0;
  int passed = 0;
  {
    const auto testing = line.holding("testing");
    passed += run_on_a_loop(ask_async_all_through(1), handlers) == 2;
    passed += run_on_a_loop(ask_async_all_through(2), handlers) == 3;
    passed += run_on_a_loop(ask_async_all_through(3), handlers) == 0;
  }
  return judge(passed, handlers, line);
}

Outcome fixed(TimeLine& line) {
  int passed = 0;
  {
    const auto testing = line.holding("testing");
    passed += pause_after(1) == milliseconds{10};
    passed += pause_after(2) == milliseconds{20};
    passed += !pause_after(3);
  }
  int handlers_of_the_shell = 0;  // which takes one test, however many rules there are
  if (run_on_a_loop(ask(2), handlers_of_the_shell) == 3) line.event("the shell asked three times");
  return judge(passed, 0, line);
}

}  // namespace

constinit const Pitfall colour_everywhere{
    .name = "colour_everywhere",
    .title = "Async all through",
    .expected = "a rule is tested by calling it",
    .symptom = "testing it takes an event loop and all of its waits, and still shows no pause",
    .why =
        "whoever awaits must be async, and so must its callers: the colour spreads to code that "
        "only decides",
    .cure = "a synchronous core that decides, and an async shell that asks, waits and does",
    .measure = "handlers_run",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
