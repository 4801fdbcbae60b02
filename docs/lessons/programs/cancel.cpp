// A peer that never answers is asked, with a limit of 50 ms. What may a cancelled coroutine still
// do?
#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

using asio::awaitable, asio::use_awaitable;
using namespace asio::experimental::awaitable_operators;
using Socket = asio::local::stream_protocol::socket;

struct Frame {
  ~Frame() { std::puts("ask: destructors run, the socket closes"); }
};

awaitable<std::string> ask(Socket socket, std::string question) {  // both live in the frame
  const Frame frame;
  co_await async_write(socket, asio::buffer(question), use_awaitable);
  std::puts("ask: waits for the reply");

  std::string reply;
  asio::error_code error;
  co_await async_read_until(socket, asio::dynamic_buffer(reply), '\n',
                            redirect_error(use_awaitable, error));
  if (error != asio::error::operation_aborted) co_return reply;

  std::puts("ask: cancelled");
  co_await asio::this_coro::reset_cancellation_state();  // without it the next line throws
  co_await async_write(socket, asio::buffer(std::string_view{"goodbye\n"}), use_awaitable);
  std::puts("ask: has said goodbye");
  co_return reply;
}

awaitable<void> ask_with_limit(Socket socket) {
  asio::steady_timer limit{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
  const auto first =
      co_await (ask(std::move(socket), "hello\n") || limit.async_wait(use_awaitable));
  std::puts(first.index() == 0 ? "the reply came first" : "the limit came first");
}

int main() {
  asio::io_context loop{1};
  Socket here{loop}, there{loop};
  asio::local::connect_pair(here, there);
  auto done = co_spawn(loop, ask_with_limit(std::move(here)), asio::use_future);
  loop.run();
  done.get();  // throws what the coroutine threw

  std::string heard;
  asio::error_code end;
  read(there, asio::dynamic_buffer(heard), end);
  std::printf("the peer heard:\n%s", heard.c_str());
}
