// A task spawned for each job, without a limit, where jobs come faster than they are done. Each
// task holds its frame and its buffers while it waits, so the memory grows with the jobs, and
// nothing is done sooner. With a limit, ten tasks are under way, and whoever spawns waits for a
// place.
#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "record/report.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int jobs = 500;
constexpr int limit = 10;
constexpr size_t buffer_size = 64 << 10;
constexpr std::chrono::microseconds time_to_save{200};

// Saves one thing at a time: a disk, a database, a peer.
class Store {
 public:
  Awaitable<> save(const std::vector<char>&) {
    free_ = std::max(free_, Clock::now()) + time_to_save;
    Timer saved{co_await asio::this_coro::executor, free_};
    co_await saved.async_wait();
  }

 private:
  Clock::time_point free_;
};

Awaitable<> do_job(Store& store, TimeLine& line) {
  const auto doing = line.pending("job");
  const std::vector<char> buffer(buffer_size, '!');
  co_await store.save(buffer);
}

// The places: a channel holds one message per task under way, and sending waits until there is
// room.
using Places = Channel<bool>;

Awaitable<> spawn_all(Store& store, Places&, TimeLine& line) {
  const auto loop = co_await asio::this_coro::executor;
  for (int i = 0; i < jobs; ++i) co_spawn(loop, do_job(store, line), rethrow);
}

Awaitable<> spawn_within_limit(Store& store, Places& places, TimeLine& line) {
  const auto loop = co_await asio::this_coro::executor;
  for (int i = 0; i < jobs; ++i) {
    co_await places.async_send(asio::error_code{}, true, as_awaitable);
    co_spawn(loop, do_job(store, line), [&places](const std::exception_ptr& error) {
      places.try_receive([](auto...) {});
      rethrow(error);
    });
  }
}

using Spawn = Awaitable<> (*)(Store& store, Places& places, TimeLine& line);

Outcome do_all(Spawn spawn, TimeLine& line) {
  const auto memory_before = peak_resident_bytes();
  Store store;
  asio::io_context loop{1};
  Places places{loop, limit};
  co_spawn(loop, spawn(store, places, line), rethrow);
  run_on_threads(loop, 1, line);

  const int at_once = line.most_at_once("job");
  const double mebibytes = static_cast<double>(peak_resident_bytes() - memory_before) / (1 << 20);
  const Duration longest = line.longest("job");
  return {.symptom = at_once > limit,
          .happened = fmt::format("{} jobs took {:.0f} ms; up to {} were under way at once, in "
                                  "{:.1f} MiB of memory; a job took up to {:.0f} ms",
                                  line.count("job"), in_ms(line.span("job")), at_once, mebibytes,
                                  in_ms(longest)),
          .measures = {{"under_way_at_once", at_once},
                       {"memory", mebibytes, "MiB"},
                       {"longest_job", longest},
                       {"time", line.span("job")}}};
}

Outcome broken(TimeLine& line) {
  return do_all(spawn_all, line);
}

Outcome fixed(TimeLine& line) {
  return do_all(spawn_within_limit, line);
}

}  // namespace

constinit const Pitfall unbounded_spawn{
    .name = "unbounded_spawn",
    .title = "Tasks spawned without a limit",
    .expected = "coroutines are cheap, so each job gets one, and all are done sooner",
    .symptom = "nothing is done sooner, all jobs are in memory at once, and each job takes long",
    .why =
        "the store does one thing at a time; tasks that wait for it are a queue without a bound, "
        "and a place in that queue costs a frame and its buffers",
    .cure = "a limit: whoever spawns waits for a place in a channel, and each task gives one back",
    .measure = "under_way_at_once",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
