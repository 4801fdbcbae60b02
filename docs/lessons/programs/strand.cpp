// Two threads run one loop. On the loop, coroutines run at the same time; on a strand, in turn.
#include <asio.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

struct Room {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
};

asio::awaitable<void> visit(Room& room) {  // the room outlives the loop's run
  const int now = ++room.inside;
  for (int most = room.most; now > most;)
    if (room.most.compare_exchange_weak(most, now)) break;
  std::this_thread::sleep_for(std::chrono::milliseconds{50});  // stands for computing
  --room.inside;
  co_return;
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

int most_at_once(asio::io_context& loop, asio::any_io_executor executor) {
  Room room;
  for (int i = 0; i < 4; ++i) co_spawn(executor, visit(room), rethrow);
  std::thread other{[&loop] { loop.run(); }};
  loop.run();
  other.join();
  return room.most;
}

int main() {
  asio::io_context loop{2};
  std::printf("on the loop: %d at once\n", most_at_once(loop, loop.get_executor()));
  loop.restart();
  std::printf("on a strand: %d at once\n", most_at_once(loop, make_strand(loop)));
}
