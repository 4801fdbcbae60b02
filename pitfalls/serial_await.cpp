// Awaiting one after the other what does not depend on one another. Each await is async, and
// together they are a sequence: nothing is started before the one ahead of it has ended.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

Awaitable<> read(TimeLine& line) {
  const auto reading = line.pending("read");
  co_await wait_for(std::chrono::milliseconds{60});
}

Awaitable<> read_all_in_turn(TimeLine& line) {
  co_await read(line);
  co_await read(line);
  co_await read(line);
  co_await read(line);
}

Awaitable<> read_all_together(TimeLine& line) {
  using namespace asio::experimental::awaitable_operators;  // for one thread, or one strand
  co_await (read(line) && read(line) && read(line) && read(line));
}

Outcome judge(const TimeLine& line) {
  const int at_once = line.most_at_once("read");
  const double took = in_ms(line.span("read"));
  return {.symptom = at_once == 1,
          .happened = fmt::format("{} reads of 60 ms took {:.0f} ms, with {} under way at once",
                                  line.count("read"), took, at_once),
          .measures = {{"reads_at_once", at_once}, {"time", line.span("read")}}};
}

Outcome broken(TimeLine& line) {
  asio::io_context loop{1};
  co_spawn(loop, read_all_in_turn(line), rethrow);
  run_on_threads(loop, 1, line);
  return judge(line);
}

Outcome fixed(TimeLine& line) {
  asio::io_context loop{1};
  co_spawn(loop, read_all_together(line), rethrow);
  run_on_threads(loop, 1, line);
  return judge(line);
}

}  // namespace

constinit const Pitfall serial_await{
    .name = "serial_await",
    .title = "Awaited one by one",
    .expected = "async reads overlap",
    .symptom = "they follow one another, and their times add up",
    .why = "a coroutine goes on when what it awaits has ended, and only then starts what is next",
    .cure = "all are started together and joined: the slowest counts, not the sum",
    .measure = "reads_at_once",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
