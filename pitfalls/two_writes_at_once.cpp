// Two tasks that write to one connection at the same time. async_write writes a part, waits until
// there is room, and writes the next part: where two of them are under way, their parts alternate.
// This is so on one thread and on a strand, too. Nothing in the system keeps a message together.
#include <fmt/format.h>

#include <algorithm>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <string>
#include <utility>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int messages = 6;
constexpr size_t message_size = 1 << 20;  // more than the system's buffers hold

struct Connection {
  explicit Connection(asio::io_context& loop) : stream(loop), queue(loop, 1) {}
  Stream stream;
  Channel<std::string> queue;
};

Awaitable<> write(Connection& connection, std::string message, TimeLine& line) {
  const auto writing = line.pending("writing");
  co_await async_write(connection.stream, asio::buffer(message));
}

Awaitable<> give_to_writer(Connection& connection, std::string message, TimeLine&) {
  co_await connection.queue.async_send(asio::error_code{}, std::move(message), as_awaitable);
}

Awaitable<> write_what_is_given(Connection& connection, TimeLine& line) {
  for (int i = 0; i < messages; ++i) {
    std::string message = co_await connection.queue.async_receive(as_awaitable);
    co_await write(connection, std::move(message), line);
  }
}

using Send = Awaitable<> (*)(Connection& connection, std::string message, TimeLine& line);

// Each message is of one letter.
Awaitable<> send_half(Send send, Connection& connection, char letter, TimeLine& line) {
  for (int i = 0; i < messages / 2; ++i)
    co_await send(connection, std::string(message_size, letter), line);
}

Awaitable<> read_all(Stream& stream, TimeLine& line) {
  std::string message(message_size, ' ');
  for (int i = 0; i < messages; ++i) {
    co_await async_read(stream, asio::buffer(message));
    const bool whole = std::ranges::count(message, message.front()) == std::ssize(message);
    line.event(whole ? "whole message" : "mixed message");
  }
}

Outcome send_all(Send send, Connection& connection, asio::io_context& loop, TimeLine& line) {
  Stream peer{loop};
  asio::local::connect_pair(connection.stream, peer);
  co_spawn(loop, send_half(send, connection, 'a', line), rethrow);
  co_spawn(loop, send_half(send, connection, 'b', line), rethrow);
  co_spawn(loop, read_all(peer, line), rethrow);
  run_on_threads(loop, 1, line);

  const int whole = line.count("whole message");
  const int at_once = line.most_at_once("writing");
  return {.symptom = whole < messages,
          .happened = fmt::format("{} of {} messages arrived whole, {} with bytes of both tasks; "
                                  "writes under way at once: {}",
                                  whole, messages, line.count("mixed message"), at_once),
          .measures = {{"messages_whole", whole}, {"writes_at_once", at_once}}};
}

Outcome broken(TimeLine& line) {
  asio::io_context loop{1};
  Connection connection{loop};
  return send_all(write, connection, loop, line);
}

Outcome fixed(TimeLine& line) {
  asio::io_context loop{1};
  Connection connection{loop};
  co_spawn(loop, write_what_is_given(connection, line), rethrow);
  return send_all(give_to_writer, connection, loop, line);
}

}  // namespace

constinit const Pitfall two_writes_at_once{
    .name = "two_writes_at_once",
    .title = "Two writes on one connection at once",
    .expected = "each message arrives whole, one after the other",
    .symptom = "messages arrive mixed: a part of one, a part of the other",
    .why =
        "async_write is many writes, with a wait before each; in such a wait the other one writes",
    .cure = "a queue, and one task that writes what is in it",
    .measure = "messages_whole",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
