// One coroutine accepts and one drops the idle; callbacks serve the connections.
#include "server/delayed_echo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
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

}  // namespace

class Connection;
using OwnedConnection = std::unique_ptr<Connection>;

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
  void take(Socket socket);

 private:
  friend class Connection;

  void wait_for_delay(OwnedConnection connection);
  void wait_for_bytes(OwnedConnection connection);
  void echo(OwnedConnection connection);
  void send_rest(OwnedConnection connection, std::string rest);
  void end(const asio::error_code& error);
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
  // Alone, its sockets need no locks; of several loops, the first hands sockets over to the others.
  asio::io_context context_{options_.threads == 1 ? ASIO_CONCURRENCY_HINT_UNSAFE_IO : 1};
  // (The last, so first to go: what waits in it uses all of the above.)
};

// A connection, in its loop's list for as long as it lives. Whatever it waits for owns it: no
// coroutine, since one resumed for each message takes the server a tenth more of its time.
class Connection {
 public:
  Connection(EchoLoop& loop, Socket accepted_socket, Duration delay)
      : socket(std::move(accepted_socket)),
        accepted{0, Step::accepted, Clock::now(), this_thread_id()},
        active_at(accepted.time + delay),
        loop_(loop) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (is_listed_) loop_.connections_.erase(place_);
    --loop_.open_;
  }

  // On the thread of its loop.
  void list() {
    place_ = loop_.connections_.insert(loop_.connections_.end(), this);
    is_listed_ = true;
  }

  Socket socket;
  Event accepted;
  Clock::time_point active_at;  // when it last did something; until the delay is over, that time
  bool has_echoed = false;

 private:
  EchoLoop& loop_;
  bool is_listed_ = false;
  std::list<Connection*>::iterator place_;
};

void EchoLoop::take(Socket socket) {
  ++open_;
  auto connection = std::make_unique<Connection>(*this, std::move(socket), options_.delay);
  post(context_, [this, connection = std::move(connection)]() mutable {
    connection->list();
    wait_for_delay(std::move(connection));
  });
}

void EchoLoop::wait_for_delay(OwnedConnection connection) {
  auto timer = std::make_unique<Timer>(context_.get_executor(), connection->active_at);
  Timer& waiting = *timer;
  waiting.async_wait([this, timer = std::move(timer),
                      connection = std::move(connection)](const asio::error_code&) mutable {
    timer.reset();
    connection->socket.non_blocking(true);
    wait_for_bytes(std::move(connection));
  });
}

// Holds no buffer for them: a connection reads only when something has come, into the buffer that
// all share, and passes it on before anyone else runs.
void EchoLoop::wait_for_bytes(OwnedConnection connection) {
  Socket& socket = connection->socket;
  socket.async_wait(Socket::wait_read, [this, connection = std::move(connection)](
                                           const asio::error_code& error) mutable {
    if (error) return end(error);
    echo(std::move(connection));
  });
}

void EchoLoop::echo(OwnedConnection connection) {
  asio::error_code error;
  const std::string_view bytes = receive(*connection, error);
  if (error) return end(error);
  const std::string_view unsent = send(*connection, bytes, error);
  if (error) return end(error);
  if (!unsent.empty()) return send_rest(std::move(connection), std::string{unsent});
  connection->active_at = Clock::now();
  wait_for_bytes(std::move(connection));
}

// Sends what the system did not take at once.
void EchoLoop::send_rest(OwnedConnection connection, std::string rest) {
  Socket& socket = connection->socket;
  auto kept = std::make_unique<std::string>(std::move(rest));
  const auto bytes = asio::buffer(*kept);
  async_write(socket, bytes,
              [this, kept = std::move(kept), connection = std::move(connection)](
                  const asio::error_code& error, size_t /*count*/) mutable {
                if (error) return end(error);
                connection->active_at = Clock::now();
                wait_for_bytes(std::move(connection));
              });
}

// The end of file is how a session is meant to end.
void EchoLoop::end(const asio::error_code& error) {
  if (error != asio::error::eof) ++dropped_;
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
        connection->socket.close();  // its wait ends
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
  for (int i = 0; i < options.addresses + options.silent_addresses; ++i) {
    acceptors_.emplace_back(context(), at_address(endpoint, i));
    if (i == 0) endpoint.port(local_endpoint().port());
  }
  for (Acceptor& acceptor : acceptors_ | std::views::take(options.addresses))
    co_spawn(context(), accept_connections(acceptor), rethrow);
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
