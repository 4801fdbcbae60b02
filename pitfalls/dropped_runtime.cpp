// A context that ends with its scope while work is pending. Its destructor destroys every suspended
// coroutine where it stands. Destructors of what is in the coroutine run, on the thread that leaves
// the scope; what comes after the await never runs, and nobody gets an error.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/use_future.hpp>
#include <latch>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int chunks = 10;
constexpr std::chrono::milliseconds between_chunks{40};

// Something in the coroutine that has to be given back: a file, a connection.
struct File {
  explicit File(TimeLine& l) : line(l) {}
  File(const File&) = delete;
  ~File() { line.event("file closed"); }

  TimeLine& line;
};

Awaitable<> deliver(TimeLine& line, std::latch& begun) {
  const auto delivering = line.pending("delivering");
  const File file{line};
  for (int i = 0; i < chunks; ++i) {
    line.event("chunk");
    if (i == 0) begun.count_down();
    co_await wait_for(between_chunks);
  }
  line.event("delivered");
}

Outcome judge(const TimeLine& line) {
  const int came = line.count("chunk");
  const int ended = line.count("delivered");
  const int destroyed = line.count("file closed");
  return {.symptom = came < chunks && ended == 0,
          .happened = fmt::format("{} of {} chunks came; the code after the last await {}; the "
                                  "destructor of the coroutine's file {}",
                                  came, chunks, ended == 1 ? "ran" : "never ran",
                                  destroyed == 1 ? "ran" : "never ran"),
          .measures = {{"chunks_lost", chunks - came},
                       {"code_after_run", ended},
                       {"destructors_run", destroyed}}};
}

Outcome broken(TimeLine& line) {
  std::latch begun{1};
  {
    Workers runtime{1};  // an io_context with a work guard, and its thread
    auto delivered = co_spawn(runtime.executor(), deliver(line, begun), asio::use_future);
    begun.wait();  // it is on its way
  }
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  std::latch begun{1};
  {
    Workers runtime{1};  // an io_context with a work guard, and its thread
    auto delivered = co_spawn(runtime.executor(), deliver(line, begun), asio::use_future);
    begun.wait();     // it is on its way
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
        "leaving the scope stops the context and destroys what is suspended on it: destructors "
        "run, and nothing else; a work guard keeps a context running, not its owner waiting",
    .cure = "a join: the owner of the context waits until the work is done",
    .measure = "chunks_lost",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
