// dangling [kept]: a lambda that is a coroutine is called, and uses what it captured when the
// lambda is gone; with `kept`, a parameter instead. Built with the address sanitizer, which reports
// the first. The pitfall dangling_capture starts it.
#include <asio/co_spawn.hpp>
#include <cstdio>
#include <string>
#include <string_view>

#include "task/asio_types.hpp"

using namespace waitbench;

int main(int argc, char** argv) {
  const bool is_kept = argc > 1 && argv[1] == std::string_view{"kept"};
  const std::string user = "a user whose name is long";
  asio::io_context loop{1};
  if (is_kept) {
    const auto greet = [](std::string name) -> Awaitable<> {
      std::printf("hello, %s\n", name.c_str());
      co_return;
    };
    co_spawn(loop, greet(user), rethrow);
  } else {
    const auto greet = [name = user]() -> Awaitable<> {
      std::printf("hello, %s\n", name.c_str());
      co_return;
    };
    co_spawn(loop, greet(), rethrow);
  }
  loop.run();  // here the coroutine begins; `greet` is gone
}
