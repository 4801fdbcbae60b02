// Synchronous code inside an async program that needs something async. It jumps back: it blocks the
// pool's thread it runs on until a read has come, so the pool has a thread less for that long.
// A bridge has threads of its own that may block. The reads take as long there.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/packaged_task.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>
#include <future>
#include <latch>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int threads = 2;  // of the pool, and as many parsers
constexpr int jobs = 8;

Awaitable<> read(TimeLine& line) {
  const auto reading = line.pending("read");
  co_await wait_for(std::chrono::milliseconds{50});
}

// A library that knows nothing of async, and wants three parts of a file.
void parse_part_by_part(Executor io, TimeLine& line) {
  for (int part = 0; part < 3; ++part) co_spawn(io, read(line), asio::use_future).get();
}

// Runs parsers on `bridge`, and short jobs on `pool` once all of them parse.
Outcome parse_on(Executor bridge, Executor pool, TimeLine& line) {
  Workers io{1};
  std::latch parsing{threads};
  std::vector<std::future<void>> ends;
  for (int i = 0; i < threads; ++i)
    ends.push_back(asio::post(bridge, std::packaged_task<void()>{[&] {
                                const auto holding = line.holding("parsing");
                                parsing.count_down();
                                parse_part_by_part(io.executor(), line);
                                line.event("parsed");
                              }}));
  parsing.wait();
  const auto job = [&] { compute(line, std::chrono::milliseconds{2}); };
  for (int i = 0; i < jobs; ++i) ends.push_back(asio::post(pool, std::packaged_task<void()>{job}));
  for (auto& end : ends) end.get();

  const int meanwhile = line.count_before("computing", "parsed");
  return {
      .symptom = meanwhile == 0,
      .happened = fmt::format("of {} short jobs, {} began while all parsers waited; the {} reads "
                              "took {:.0f} ms",
                              jobs, meanwhile, line.count("read"), in_ms(line.span("read"))),
      .measures = {{"jobs_meanwhile", meanwhile},
                   {"threads_blocked", line.threads_of("parsing")},
                   {"time_of_reads", line.span("read")}}};
}

Outcome broken(TimeLine& line) {
  Workers pool{threads};
  return parse_on(pool.executor(), pool.executor(), line);
}

Outcome fixed(TimeLine& line) {
  Workers pool{threads};
  Workers bridge{threads};  // threads that may block
  return parse_on(bridge.executor(), pool.executor(), line);
}

}  // namespace

constinit const Pitfall jumping_back{
    .name = "jumping_back",
    .title = "Synchronous code jumps back into async",
    .expected = "an async read costs no thread",
    .symptom =
        "each read keeps a thread of the pool; with as many readers as threads, the pool "
        "does nothing else",
    .why =
        "whoever calls async code from synchronous code has to block, and blocks the thread "
        "that it was given for computing",
    .cure = "a bridge: threads of its own that may block, beside the pool that computes",
    .measure = "jobs_meanwhile",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
