// A parser that blocks, called from a coroutine, needs async reads: it jumps back over a bridge.
#include <algorithm>
#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <cstdio>

using asio::awaitable, asio::use_awaitable, asio::use_future;
using namespace asio::experimental::awaitable_operators;
using Executor = asio::io_context::executor_type;

struct Reads {  // used by the loop's thread alone
  int under_way = 0;
  int most = 0;
};

awaitable<int> read_part(int part, Reads& reads) {
  reads.most = std::max(reads.most, ++reads.under_way);
  asio::steady_timer disk{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
  co_await disk.async_wait(use_awaitable);
  --reads.under_way;
  co_return part;
}

// Three jumps: each read begins when the one before has ended.
int parse_part_by_part(Executor loop, Reads& reads) {
  int sum = 0;
  for (const int part : {1, 2, 3}) sum += co_spawn(loop, read_part(part, reads), use_future).get();
  return sum;
}

awaitable<int> read_all(Reads& reads) {
  auto [one, two, three] =
      co_await (read_part(1, reads) && read_part(2, reads) && read_part(3, reads));
  co_return one + two + three;
}

// One jump for everything that is needed: the reads overlap.
int parse_at_once(Executor loop, Reads& reads) {
  return co_spawn(loop, read_all(reads), use_future).get();
}

using Parse = int (*)(Executor, Reads&);

awaitable<void> parse(const char* name, Parse parse, Executor loop, asio::thread_pool& bridge) {
  Reads reads;
  co_await post(bind_executor(bridge, use_awaitable));  // to a thread that may block
  const int sum = parse(loop, reads);
  co_await post(bind_executor(loop, use_awaitable));  // and back
  std::printf("%s: sum %d, most reads at once %d\n", name, sum, reads.most);
}

awaitable<void> parse_twice(Executor loop, asio::thread_pool& bridge) {
  co_await parse("part by part", parse_part_by_part, loop, bridge);
  co_await parse("at once", parse_at_once, loop, bridge);
}

int main() {
  asio::io_context loop{1};
  asio::thread_pool bridge{1};  // the one thread that may block
  auto done = co_spawn(loop, parse_twice(loop.get_executor(), bridge), use_future);
  loop.run();
  done.get();  // throws what the coroutine threw
}
