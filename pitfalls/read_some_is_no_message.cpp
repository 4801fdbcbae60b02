// A read that is taken for a message. TCP carries bytes, and knows nothing of messages: one read
// may return half of a message, or two and a half. With short messages and a fast network a read
// mostly returns one whole message, so that tests pass.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/write.hpp>
#include <string>
#include <string_view>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

using namespace std::string_view_literals;

constexpr std::array messages{"10;"sv, "20;"sv, "30;"sv, "40;"sv, "50;"sv};
constexpr std::array packets{"10;"sv, "20;30;"sv, "4"sv, "0;50;"sv};  // how the network cuts them

Awaitable<> send(Stream& stream) {
  for (const std::string_view packet : packets) {
    co_await async_write(stream, asio::buffer(packet));
    co_await wait_for(std::chrono::milliseconds{20});
  }
  stream.close();
}

// Both return nothing at the end of the stream. `unread` is kept from one call to the next.
Awaitable<std::string> read_some(Stream& stream, std::string&) {
  std::array<char, 64> bytes;
  asio::error_code end;
  const size_t size =
      co_await stream.async_read_some(asio::buffer(bytes), redirect_error(as_awaitable, end));
  co_return std::string(bytes.data(), size);
}

Awaitable<std::string> read_until_semicolon(Stream& stream, std::string& unread) {
  asio::error_code end;
  const size_t size = co_await async_read_until(stream, asio::dynamic_buffer(unread), ';',
                                                redirect_error(as_awaitable, end));
  std::string message = unread.substr(0, size);
  unread.erase(0, size);
  co_return message;
}

using Read = Awaitable<std::string> (*)(Stream& stream, std::string& unread);

Awaitable<> receive(Read read, Stream& stream, int& right, TimeLine& line) {
  std::string unread;
  while (true) {
    const std::string message = co_await read(stream, unread);
    if (message.empty()) co_return;
    line.event(message);
    if (std::ranges::count(messages, message) == 1) ++right;
  }
}

Outcome send_and_receive(Read read, TimeLine& line) {
  int right = 0;
  asio::io_context loop{1};
  Stream near{loop};
  Stream far{loop};
  asio::local::connect_pair(near, far);
  co_spawn(loop, send(far), rethrow);
  co_spawn(loop, receive(read, near, right, line), rethrow);
  run_on_threads(loop, 1, line);

  std::string received;
  for (const Stretch& stretch : line.stretches())
    if (stretch.kind == Kind::event) received += fmt::format(" '{}'", stretch.what);
  return {.symptom = right < std::ssize(messages),
          .happened = fmt::format("{} of {} messages were right; what was received:{}", right,
                                  messages.size(), received),
          .measures = {{"messages_right", right}}};
}

Outcome broken(TimeLine& line) {
  return send_and_receive(read_some, line);
}

Outcome fixed(TimeLine& line) {
  return send_and_receive(read_until_semicolon, line);
}

}  // namespace

constinit const Pitfall read_some_is_no_message{
    .name = "read_some_is_no_message",
    .title = "A read that is taken for a message",
    .expected = "what the peer sent in one write comes in one read",
    .symptom = "a read returns two messages at once, or half of one",
    .why = "a stream has bytes and no messages; the network cuts and joins them as it likes",
    .cure =
        "messages that show where they end, read up to there: async_read_until, or a length and "
        "then async_read",
    .measure = "messages_right",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
