// tracked_post N: prints how many seconds it takes to post a function to a loop and call it, N
// times, where pending_operations.hpp keeps track of both. A program of its own: Asio is built with
// that or without.
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: tracked_post N\n", stderr);
    return 2;
  }
  asio::io_context loop{1};
  const auto stays_open = make_work_guard(loop);
  const auto start = std::chrono::steady_clock::now();
  for (long left = std::atol(argv[1]); left > 0; --left) {
    asio::post(loop, [] {});
    loop.run_one();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.9f\n", took.count());
}
