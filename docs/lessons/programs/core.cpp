// A protocol without I/O: bytes go in, lines come out. A plain read and a coroutine both drive it.
#include <asio.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

using asio::awaitable, asio::use_awaitable;
using Socket = asio::local::stream_protocol::socket;

// The core decides, and never waits.
class Lines {
 public:
  constexpr void take(std::string_view bytes) { rest_ += bytes; }

  constexpr std::optional<std::string> next() {
    const size_t end = rest_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = rest_.substr(0, end);
    rest_.erase(0, end + 1);
    return line;
  }

 private:
  std::string rest_;
};

constexpr bool a_line_may_come_in_pieces() {
  Lines lines;
  lines.take("on");
  if (lines.next()) return false;
  lines.take("e\ntwo\n");
  return lines.next() == "one" && lines.next() == "two" && !lines.next();
}
static_assert(a_line_may_come_in_pieces());  // no socket, no loop, no time

void print_all(const char* who, Lines& lines) {
  while (const auto line = lines.next()) std::printf("%s: %s\n", who, line->c_str());
}

void read_blocking(Socket& peer) {
  Lines lines;
  char bytes[4];
  asio::error_code ended;
  while (const size_t count = peer.read_some(asio::buffer(bytes), ended)) {
    lines.take({bytes, count});
    print_all("blocking", lines);
  }
}

awaitable<void> read_async(Socket& peer) {
  Lines lines;
  char bytes[4];
  asio::error_code ended;
  while (const size_t count = co_await peer.async_read_some(asio::buffer(bytes),
                                                            redirect_error(use_awaitable, ended))) {
    lines.take({bytes, count});
    print_all("async", lines);
  }
}

int main() {
  asio::io_context loop{1};
  for (const bool async : {false, true}) {
    Socket here{loop}, there{loop};
    asio::local::connect_pair(here, there);
    write(here, asio::buffer(std::string{"hello\nworld\n"}));
    here.close();
    if (!async) {
      read_blocking(there);
    } else {
      auto done = co_spawn(loop, read_async(there), asio::use_future);
      loop.run();
      done.get();
    }
  }
}
