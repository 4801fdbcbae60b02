// A component that asks for one kind of execution context, and so forces it on all of its users.
// The compiler says so, at the user's first try with another; the concept below says it earlier.
// This suite chose one kind itself (task/asio_types.hpp), since a waiting task is a good deal
// smaller so: a program may tie itself to a runtime, a component ties its users.
#include <fmt/format.h>

#include <asio/any_io_executor.hpp>
#include <asio/packaged_task.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <concepts>
#include <future>
#include <string_view>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

class TiedStore {
 public:
  explicit TiedStore(asio::io_context::executor_type executor) : executor_(executor) {}

  std::future<void> save(TimeLine& line) {
    return asio::post(executor_, std::packaged_task<void()>{[&] { line.event("saved"); }});
  }

 private:
  asio::io_context::executor_type executor_;
};

class FreeStore {
 public:
  explicit FreeStore(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  std::future<void> save(TimeLine& line) {
    return asio::post(executor_, std::packaged_task<void()>{[&] { line.event("saved"); }});
  }

 private:
  asio::any_io_executor executor_;
};

template <typename Component, typename Executor>
concept RunsOn = std::constructible_from<Component, Executor>;

using Loop = asio::io_context::executor_type;
using Strand = asio::strand<Loop>;
using Pool = asio::thread_pool::executor_type;

static_assert(RunsOn<TiedStore, Loop> && RunsOn<FreeStore, Loop>);
static_assert(!RunsOn<TiedStore, Strand> && RunsOn<FreeStore, Strand>);
static_assert(!RunsOn<TiedStore, Pool> && RunsOn<FreeStore, Pool>);

template <typename Store, typename AnyExecutor>
void try_on(AnyExecutor executor, std::string_view context, TimeLine& line) {
  const auto trying = line.holding(context);
  if constexpr (RunsOn<Store, AnyExecutor>)
    Store{executor}.save(line).get();
  else
    line.event("does not compile");
}

template <typename Store>
Outcome try_on_all(TimeLine& line) {
  Workers loop{1};
  asio::thread_pool pool{1};
  try_on<Store>(loop.executor(), "an event loop", line);
  try_on<Store>(make_strand(loop.executor()), "a strand", line);
  try_on<Store>(pool.get_executor(), "a thread pool", line);
  const int works = line.count("saved");
  return {.symptom = works < 3,
          .happened = fmt::format("it runs on {} of 3 contexts: a loop, a strand, a pool", works),
          .measures = {{"contexts", works}, {"refused", line.count("does not compile")}}};
}

Outcome broken(TimeLine& line) {
  return try_on_all<TiedStore>(line);
}

Outcome fixed(TimeLine& line) {
  return try_on_all<FreeStore>(line);
}

}  // namespace

constinit const Pitfall runtime_coupling{
    .name = "runtime_coupling",
    .title = "A component tied to one runtime",
    .expected = "a component that only posts a function runs wherever functions can be posted",
    .symptom = "it compiles with one kind of context, and with no other",
    .why = "its constructor names the executor of one context, and that type is the contract",
    .cure = "it is written against any executor: asio::any_io_executor, or a template parameter",
    .measure = "contexts",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
