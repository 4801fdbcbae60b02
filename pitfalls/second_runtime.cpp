// A synchronous function that starts a runtime of its own for each call. It can be called from
// anywhere and is right each time; and what it fetches runs beside the program's runtime, on
// threads and descriptors that are made and thrown away.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int calls = 50;

Awaitable<int> fetch(TimeLine& line) {
  co_await asio::post(as_awaitable);
  line.event("fetched");
  co_return 42;
}

int fetch_on_its_own(TimeLine& line) {
  const auto calling = line.holding("call");
  line.event("runtime");
  Workers runtime{1};  // an io_context and a thread
  return co_spawn(runtime.executor(), fetch(line), asio::use_future).get();
}

int fetch_on(Executor runtime, TimeLine& line) {
  const auto calling = line.holding("call");
  return co_spawn(runtime, fetch(line), asio::use_future).get();
}

Outcome judge(const TimeLine& line) {
  const int runtimes = line.count("runtime");
  const int threads = line.threads_of("fetched");
  const Duration a_call = line.span("call") / calls;
  return {
      .symptom = threads > 1,
      .happened = fmt::format("runtimes made for {} calls: {}; threads that fetched: {}; a call "
                              "took {:.0f} us",
                              calls, runtimes, threads, in_ms(a_call) * 1000),
      .measures = {{"runtimes", runtimes}, {"threads", threads}, {"time_a_call", a_call}}};
}

Outcome broken(TimeLine& line) {
  line.event("runtime");
  Workers runtime{1};  // the program's own, which nobody asks
  for (int i = 0; i < calls; ++i) fetch_on_its_own(line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  line.event("runtime");
  Workers runtime{1};
  for (int i = 0; i < calls; ++i) fetch_on(runtime.executor(), line);
  return judge(line);
}

}  // namespace

constinit const Pitfall second_runtime{
    .name = "second_runtime",
    .title = "A runtime for each call",
    .expected = "a program has one runtime, and all that is async runs on it",
    .symptom = "each call starts a context and a thread, and ends them",
    .why =
        "a function that can't reach the runtime it is called from makes one; a free-standing "
        "block_on does so unseen",
    .cure = "the executor is passed in, as a parameter like any other",
    .measure = "threads",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
