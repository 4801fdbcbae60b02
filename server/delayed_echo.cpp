// One coroutine accepts, one serves each connection, one drops the idle.
#include "server/delayed_echo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/write.hpp>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <future>
#include <list>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "experiment/command_line.hpp"

namespace waitbench {
namespace {

Awaitable<> wait_until(Executor executor, Clock::time_point time) {
  Timer timer{executor, time};
  co_await timer.async_wait(use_awaitable);
}

// The number in "task7", 0 if the text is something else.
int number_in_label(std::string_view text) {
  constexpr std::string_view word = "task";
  int number = 0;
  if (text.starts_with(word))
    std::from_chars(text.data() + word.size(), text.data() + text.size(), number);
  return std::max(number, 0);
}

// By number: an errno in Asio's category equals no std::errc (1.22), or only some (later).
bool out_of_descriptors(const asio::error_code& error) {
  constexpr std::array shortages{EMFILE, ENFILE, ENOBUFS, ENOMEM};
  return std::ranges::find(shortages, error.value()) != shortages.end();
}

// Sends what the system did not take at once. Returns how that ended.
Awaitable<asio::error_code> send_later(Socket& socket, std::string rest) {
  const auto [error, count] = co_await async_write(socket, asio::buffer(rest), as_result);
  co_return error;
}

}  // namespace

// A connection: its socket, and what the loop that serves it needs to know of it.
struct Connection {
  Socket socket;
  Event accepted;
  Clock::time_point active_at;  // when it last did something; until the delay is over, that time
  bool has_echoed = false;
};

class EchoLoop {
 public:
  explicit EchoLoop(ServerOptions options) : options_(std::move(options)) {
    co_spawn(context_, drop_idle_connections(), rethrow);
  }

  asio::io_context& context() { return context_; }
  std::int64_t open() const { return open_; }
  std::int64_t echoed_bytes() const { return echoed_bytes_; }
  std::int64_t dropped() const { return dropped_; }
  std::span<const Event> events() const { return events_; }

  // Takes over a connection that was just accepted. The thread of another loop may call it.
  void take(Socket socket) {
    const Event accepted{0, Step::accepted, Clock::now(), this_thread_id()};
    const auto due = accepted.time + options_.delay;
    ++open_;
    co_spawn(context_, serve({std::move(socket), accepted, due}), rethrow);
  }

 private:
  // Lists a connection for as long as the coroutine that serves it lives.
  class Listed {
   public:
    Listed(EchoLoop& loop, Connection& connection)
        : loop_(loop), place_(loop.connections_.insert(loop.connections_.end(), &connection)) {}
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;
    ~Listed() {
      loop_.connections_.erase(place_);
      --loop_.open_;
    }

   private:
    EchoLoop& loop_;
    std::list<Connection*>::iterator place_;
  };

  Awaitable<> serve(Connection connection);
  std::string_view receive(Connection& connection, asio::error_code& error);
  std::string_view send(Connection& connection, std::string_view bytes, asio::error_code& error);
  void record_first_echo(Connection& connection, std::string_view bytes);
  Awaitable<> drop_idle_connections();

  ServerOptions options_;
  std::atomic<std::int64_t> open_ = 0;
  std::int64_t echoed_bytes_ = 0;
  std::int64_t dropped_ = 0;
  std::vector<Event> events_;
  std::list<Connection*> connections_;
  std::array<char, 65536> buffer_{};  // for all connections: no one keeps anything in it
  asio::io_context context_{1};  // last, so first to go: the coroutines in it use all of the above
};

// Waits for the delay and then for bytes without holding a buffer for them: a connection reads only
// when something has come, into the buffer that all share, and passes it on before anyone else
// runs.
Awaitable<> EchoLoop::serve(Connection connection) {
  const Listed listed{*this, connection};
  co_await wait_until(context_.get_executor(), connection.active_at);

  connection.socket.non_blocking(true);
  asio::error_code error;
  while (true) {
    std::tie(error) = co_await connection.socket.async_wait(Socket::wait_read, as_result);
    if (error) break;
    const std::string_view bytes = receive(connection, error);
    if (error) break;
    const std::string_view unsent = send(connection, bytes, error);
    if (error) break;
    if (!unsent.empty()) error = co_await send_later(connection.socket, std::string{unsent});
    if (error) break;
    connection.active_at = Clock::now();
  }
  if (error != asio::error::eof) ++dropped_;  // the end of file is how a session is meant to end
}

// Reads what is there, into the shared buffer.
std::string_view EchoLoop::receive(Connection& connection, asio::error_code& error) {
  const size_t count = connection.socket.read_some(asio::buffer(buffer_), error);
  if (error == asio::error::would_block) error.clear();
  const std::string_view bytes{buffer_.data(), count};
  if (options_.record && count > 0 && !connection.has_echoed) record_first_echo(connection, bytes);
  return bytes;
}

// Sends what the system takes at once, and returns the rest.
std::string_view EchoLoop::send(Connection& connection, std::string_view bytes,
                                asio::error_code& error) {
  const size_t count = connection.socket.write_some(asio::buffer(bytes), error);
  if (error == asio::error::would_block) error.clear();
  echoed_bytes_ += static_cast<std::int64_t>(bytes.size());
  return bytes.substr(count);
}

// Called before the echo is sent, so that no client can have read it earlier.
void EchoLoop::record_first_echo(Connection& connection, std::string_view bytes) {
  connection.has_echoed = true;
  const int task = number_in_label(bytes);
  connection.accepted.task = task;
  for (const Event& event :
       {connection.accepted, Event{task, Step::echoed, Clock::now(), this_thread_id()}}) {
    events_.push_back(event);
    if (options_.board && options_.board->has_task(task)) options_.board->put(event);
  }
}

// Closes what has neither sent nor taken a byte for the idle timeout. Looks when the longest idle
// one would be due, but no oftener than sixteen times a timeout, however many connections there
// are.
Awaitable<> EchoLoop::drop_idle_connections() {
  const auto timeout = options_.idle_timeout;
  auto next_look = Clock::now() + timeout;
  while (true) {
    co_await wait_until(context_.get_executor(), next_look);
    const auto now = Clock::now();
    next_look = now + timeout;
    for (Connection* connection : connections_) {
      const auto due = connection->active_at + timeout;
      if (due <= now)
        connection->socket.close();  // serve() sees its wait end
      else
        next_look = std::min(next_look, due);
    }
    next_look = std::max(next_look, now + timeout / 16);
  }
}

namespace {

std::vector<std::unique_ptr<EchoLoop>> make_loops(const ServerOptions& options) {
  std::vector<std::unique_ptr<EchoLoop>> loops;
  for (int i = 0; i < options.threads; ++i) loops.push_back(std::make_unique<EchoLoop>(options));
  return loops;
}

}  // namespace

DelayedEcho::DelayedEcho(const ServerOptions& options) : loops_(make_loops(options)) {
  auto endpoint = options.address;
  for (int i = 0; i < options.addresses; ++i) {
    acceptors_.emplace_back(context(), at_address(endpoint, i));
    if (i == 0) endpoint.port(local_endpoint().port());
  }
  for (Acceptor& acceptor : acceptors_) co_spawn(context(), accept_connections(acceptor), rethrow);
}

DelayedEcho::~DelayedEcho() = default;

asio::ip::tcp::endpoint DelayedEcho::local_endpoint() const {
  return acceptors_.front().local_endpoint();
}

asio::io_context& DelayedEcho::context() {
  return loops_.front()->context();
}

void DelayedEcho::run() {
  std::vector<std::future<size_t>> others;
  for (auto& loop : loops_ | std::views::drop(1))
    others.push_back(std::async(std::launch::async, [&] { return loop->context().run(); }));
  context().run();
  for (auto& other : others) other.get();  // rethrows what ended its loop
}

void DelayedEcho::stop() {
  for (auto& loop : loops_) loop->context().stop();
}

DelayedEcho::Summary DelayedEcho::summary() const {
  Summary summary{.accepted = accepted_, .most_at_once = most_at_once_};
  for (const auto& loop : loops_) {
    summary.echoed_bytes += loop->echoed_bytes();
    summary.dropped += loop->dropped();
  }
  return summary;
}

std::vector<Event> DelayedEcho::events() const {
  std::vector<Event> events;
  for (const auto& loop : loops_)
    events.insert(events.end(), loop->events().begin(), loop->events().end());
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

// Deals the connections out to the loops in turn.
EchoLoop& DelayedEcho::next_loop() {
  return *loops_[next_++ % loops_.size()];
}

Awaitable<> DelayedEcho::accept_connections(Acceptor& acceptor) {
  bool has_complained = false;
  while (true) {
    EchoLoop& loop = next_loop();
    Socket socket{loop.context()};
    const auto [error] = co_await acceptor.async_accept(socket, as_result);
    if (!error) {
      loop.take(std::move(socket));
      count_accepted();
    } else if (out_of_descriptors(error)) {
      if (!std::exchange(has_complained, true))
        fmt::print(stderr, "echo_server: accepting pauses until descriptors are free: {}\n",
                   error.message());
      // Whoever frees them may be another process, so there is nothing to wait for but time.
      co_await wait_until(context().get_executor(), Clock::now() + std::chrono::milliseconds{50});
    }  // else the peer gave up before it was accepted
  }
}

void DelayedEcho::count_accepted() {
  std::int64_t open = 0;
  for (const auto& loop : loops_) open += loop->open();
  most_at_once_ = std::max(most_at_once_, open);
  ++accepted_;
}

}  // namespace waitbench
