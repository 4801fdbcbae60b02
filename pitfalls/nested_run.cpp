// Blocking on the runtime from inside the runtime: get() on what the loop is to fetch, or run() on
// the loop itself, in one of its handlers. From main, both are right; a runtime has one blocking
// entry, and whoever is inside is already in it.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/own_process.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

Awaitable<> fetch(TimeLine& line) {
  co_await wait_for(std::chrono::milliseconds{10});
  line.event("reply");
}

void get_in_a_handler(asio::io_context& loop, TimeLine& line) {
  auto fetched = co_spawn(loop, fetch(line), asio::use_future);
  const auto blocked = line.blocked("fetched", "the loop");
  fetched.get();
  line.event("went on");
}

void run_in_a_handler(asio::io_context& loop, TimeLine& line) {
  co_spawn(loop, fetch(line), rethrow);
  const auto blocked = line.blocked("run out of work, this handler included", "the loop");
  loop.run();
  line.event("went on");
}

Awaitable<> fetch_and_go_on(TimeLine& line) {
  co_await fetch(line);
  line.event("went on");
}

void await_instead(asio::io_context& loop, TimeLine& line) {
  co_spawn(loop, fetch_and_go_on(line), rethrow);
}

void go_on_when_called_back(asio::io_context& loop, TimeLine& line) {
  co_spawn(loop, fetch(line), [&line](const std::exception_ptr& error) {
    rethrow(error);
    line.event("went on");
  });
}

using Handler = void (*)(asio::io_context& loop, TimeLine& line);

void try_it(const char* name, Handler handler, TimeLine& line) {
  attempt(line, name, [handler](TimeLine& part) -> Outcome {
    asio::io_context loop{1};
    asio::post(loop, [&] { handler(loop, part); });
    run_on_threads(loop, 1, part);  // the one blocking entry
    return {};
  });
}

Outcome judge(const TimeLine& line) {
  const int went_on = line.count("went on");
  return {.symptom = went_on == 0,
          .happened =
              fmt::format("2 handlers need a reply each: {} came, and {} of the handlers went on",
                          line.count("reply"), went_on),
          .measures = {{"handlers_halted", 2 - went_on}, {"replies", line.count("reply")}}};
}

Outcome broken(TimeLine& line) {
  try_it("get() in a handler", get_in_a_handler, line);
  try_it("run() in a handler", run_in_a_handler, line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  try_it("co_await in a coroutine", await_instead, line);
  try_it("a callback", go_on_when_called_back, line);
  return judge(line);
}

}  // namespace

constinit const Pitfall nested_run{
    .name = "nested_run",
    .title = "Blocking on the runtime from inside the runtime",
    .expected = "what blocks until the loop has done something works wherever it is called",
    .symptom =
        "get() in a handler halts before anything is fetched; run() in a handler fetches, "
        "and halts then",
    .why =
        "the handler keeps the loop's thread, so nobody fetches; and run() returns when no "
        "work is left, while the handler that calls it is itself work that is not done",
    .cure =
        "one blocking entry, at the edge of the program; inside, what comes next is awaited or "
        "called back",
    .measure = "handlers_halted",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
