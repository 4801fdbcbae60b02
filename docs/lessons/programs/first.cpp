// One thread and two coroutines. One pauses, then sends a line; the other sends the line back.
#include <asio.hpp>
#include <chrono>
#include <cstdio>

using asio::awaitable, asio::dynamic_buffer, asio::use_awaitable, asio::ip::tcp;

awaitable<void> echo_a_line(tcp::acceptor& acceptor) {  // main's acceptor outlives the loop's run
  std::puts("server: waits for a peer");
  tcp::socket peer = co_await acceptor.async_accept(use_awaitable);
  std::string line;
  co_await async_read_until(peer, dynamic_buffer(line), '\n', use_awaitable);
  std::printf("server: sends back %s", line.c_str());
  co_await async_write(peer, asio::buffer(line), use_awaitable);
}

awaitable<void> ask(tcp::endpoint server) {
  std::puts("client: pauses");
  asio::steady_timer pause{co_await asio::this_coro::executor, std::chrono::milliseconds{100}};
  co_await pause.async_wait(use_awaitable);
  tcp::socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(server, use_awaitable);
  std::string line = "hello\n", reply;
  co_await async_write(socket, asio::buffer(line), use_awaitable);
  co_await async_read_until(socket, dynamic_buffer(reply), '\n', use_awaitable);
  std::printf("client: read %s", reply.c_str());
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

int main() {
  asio::io_context loop{1};
  tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};  // 0: any free port
  co_spawn(loop, echo_a_line(acceptor), rethrow);
  co_spawn(loop, ask(acceptor.local_endpoint()), rethrow);
  std::puts("main: runs the loop");
  loop.run();
  std::puts("main: nothing is left to wait for");
}
