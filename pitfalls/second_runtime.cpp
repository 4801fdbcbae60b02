// A library whose synchronous function hides a block_on: each call runs a runtime of its own, on
// the caller's thread. That is right wherever it is called. On a thread of the program's runtime it
// holds that runtime up, and what the library keeps in its own, a connection here, ends with the
// call.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using namespace std::chrono_literals;

constexpr int calls = 10;

// --- The library ---------------------------------------------------------------------------------

// Kept by the context that runs the library's work, as pools of connections are.
struct Connection : asio::execution_context::service {
  using key_type = Connection;
  static inline asio::execution_context::id id;

  explicit Connection(asio::io_context& context) : service(context) {}
  void shutdown() override { open = false; }

  bool open = false;
};

Awaitable<> fetch(TimeLine& line) {
  const auto executor = co_await asio::this_coro::executor;
  auto& connection = asio::use_service<Connection>(executor.context());
  if (!connection.open) {
    const auto connecting = line.pending("connecting");
    co_await wait_for(10ms);
    connection.open = true;
  }
  co_await wait_for(10ms);
  line.event("answer");
}

void load(TimeLine& line) {
  asio::io_context own{1};
  line.event("runtime");
  co_spawn(own, fetch(line), rethrow);
  own.run();
}

Awaitable<> load_on(Executor executor, TimeLine& line) {
  co_await co_spawn(executor, fetch(line), as_awaitable);
}

// --- The program ---------------------------------------------------------------------------------

Awaitable<> call(bool& done, TimeLine& line) {
  const auto calling = line.pending("calling");
  for (int i = 0; i < calls; ++i) load(line);
  done = true;
  co_return;
}

Awaitable<> call_with_executor(bool& done, TimeLine& line) {
  const auto calling = line.pending("calling");
  for (int i = 0; i < calls; ++i) co_await load_on(co_await asio::this_coro::executor, line);
  done = true;
}

using Program = Awaitable<> (*)(bool& done, TimeLine& line);

Outcome run(Program program, TimeLine& line) {
  bool done = false;
  asio::io_context runtime{1};
  line.event("runtime");
  co_spawn(runtime, beat_until(done, line), rethrow);
  co_spawn(runtime, program(done, line), rethrow);
  run_on_threads(runtime, 1, line);

  const int runtimes = line.count("runtime");
  const int missed = heartbeats_missed(line, "calling");
  return {
      .symptom = runtimes > 1,
      .happened = fmt::format("{} calls were answered; runtimes: {}; connections: {}; heartbeats "
                              "of the program missed: {}",
                              line.count("answer"), runtimes, line.count("connecting"), missed),
      .measures = {{"runtimes", runtimes},
                   {"connections", line.count("connecting")},
                   {"heartbeats_missed", missed},
                   {"answers", line.count("answer")}}};
}

Outcome broken(TimeLine& line) {
  return run(call, line);
}

Outcome fixed(TimeLine& line) {
  return run(call_with_executor, line);
}

}  // namespace

constinit const Pitfall second_runtime{
    .name = "second_runtime",
    .title = "A runtime hidden in a call",
    .expected = "a program has one runtime, and all that is async runs on it",
    .symptom = "each call runs one of its own, on the thread of the program's, and connects anew",
    .why =
        "a free-standing block_on is no handle to the runtime that it is called from: it makes "
        "one, "
        "and ends it, with all that the library keeps there",
    .cure = "the executor is passed in, and the call is awaited",
    .measure = "runtimes",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
