// A context that ends with its scope while work is pending. Its destructor destroys every suspended
// coroutine where it stands: what comes after the await never runs, and nobody gets an error.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_future.hpp>
#include <latch>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int chunks = 10;
constexpr std::chrono::milliseconds between_chunks{40};

Awaitable<> deliver(TimeLine& line, std::latch& begun) {
  const auto delivering = line.pending("delivering");
  for (int i = 0; i < chunks; ++i) {
    line.event("chunk");
    if (i == 0) begun.count_down();
    co_await wait_for(between_chunks);
  }
  line.event("delivered");
}

Outcome judge(const TimeLine& line) {
  const int came = line.count("chunk");
  const bool ended = line.count("delivered") == 1;
  return {.symptom = came < chunks && !ended,
          .happened = fmt::format("{} of {} chunks came; the code after the last await {}", came,
                                  chunks, ended ? "ran" : "never ran"),
          .measures = {{"chunks_lost", (chunks - came)}, {"chunks", came}}};
}

Outcome broken(TimeLine& line) {
  std::latch begun{1};
  {
    Workers runtime{1};  // an io_context with a work guard, and its thread
    co_spawn(runtime.executor(), deliver(line, begun), asio::detached);
    begun.wait();  // it is on its way
  }
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  std::latch begun{1};
  {
    Workers runtime{1};
    auto delivered = co_spawn(runtime.executor(), deliver(line, begun), asio::use_future);
    begun.wait();
    delivered.get();  // the join: nobody leaves before it is done
  }
  return judge(line);
}

}  // namespace

constinit const Pitfall dropped_runtime{
    .name = "dropped_runtime",
    .title = "The runtime ends with its scope",
    .expected = "what was started comes to its end",
    .symptom = "chunks that are pending are never delivered; the code after the await never runs",
    .why =
        "leaving the scope stops the context and destroys what is suspended on it, which is "
        "how async work is cancelled, wanted or not",
    .cure =
        "a work guard keeps the context running, and a join keeps its owner until the work is "
        "done",
    .measure = "chunks_lost",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
