// Who keeps what alive across an await? Objects say when they go, coroutines when they end.
#include <asio.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

using asio::awaitable, asio::use_awaitable;

struct Told {
  const char* name;
  ~Told() { std::printf("  gone: %s\n", name); }
};
using Kept = std::shared_ptr<Told>;

Kept keep(const char* name) {
  return Kept{new Told{name}};
}

awaitable<void> end_later(const char* name) {
  asio::steady_timer pause{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
  co_await pause.async_wait(use_awaitable);
  std::printf("end: %s\n", name);
}

awaitable<void> by_value(Kept) {
  co_await end_later("parameter by value");
}

awaitable<void> by_reference(const Kept&) {
  co_await end_later("parameter by reference");
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

int main() {
  asio::io_context loop{1};
  co_spawn(loop, by_value(keep("parameter by value")), rethrow);
  co_spawn(loop, by_reference(keep("parameter by reference")), rethrow);

  co_spawn(
      loop,
      [kept = keep("lambda handed over")]() -> awaitable<void> {
        co_await end_later("lambda handed over");
      },  // co_spawn keeps the lambda until the coroutine has ended
      rethrow);
  co_spawn(
      loop,
      [kept = keep("lambda called here")]() -> awaitable<void> {
        co_await end_later("lambda called here");
      }(),  // this call makes the coroutine; the lambda goes when the statement ends
      rethrow);

  std::puts("main: runs the loop");
  loop.run();
  std::puts("main: the loop has run");
}
