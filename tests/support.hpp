// What the tests share: peers that don't wait for ever, a server that serves until its scope ends,
// programs run to their end, and files that go with the test.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <ostream>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "server/serving/delayed_echo.hpp"
#include "support/child_process.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"
#include "support/values.hpp"

namespace waitbench {

// By then, what is going to happen has happened, however slow the machine: only a test that fails
// gets so far.
inline constexpr std::chrono::milliseconds patience_with_everybody = std::chrono::minutes{2};

inline Clock::time_point deadline() {
  return Clock::now() + patience_with_everybody;
}

// --- Files and texts -----------------------------------------------------------------------------

using Names = std::set<std::string>;

inline Names names_in(const std::filesystem::path& directory) {
  Names names;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    names.insert(entry.path().filename());
  return names;
}

// As much of it as can be read: a file in /proc can fail half-way, when its process ends.
inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (!text.empty()) lines.emplace_back(text);
  return lines;
}

// The process ids whose command line mentions `text`.
inline std::vector<pid_t> processes_that_mention(const std::string& text) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const std::string name = entry.path().filename();
    if (std::ranges::all_of(name, ::isdigit) &&
        content_of(entry.path() / "cmdline").find(text) != std::string::npos)
      found.push_back(std::stoi(name));
  }
  return found;
}

// Whether it becomes true before the deadline.
inline bool waits_for(const std::function<bool()>& condition) {
  const auto give_up = deadline();
  while (Clock::now() < give_up) {
    if (condition()) return true;
    sched_yield();
  }
  return false;
}

// The whole text has that form.
inline void expect_match(const std::string& text, const std::string& form) {
  EXPECT_TRUE(std::regex_match(text, std::regex{form})) << text;
}

// --- Sockets -------------------------------------------------------------------------------------

// Nobody runs it: the sockets of the tests block.
inline asio::io_context& context_of_test_sockets() {
  static asio::io_context context;
  return context;
}

template <typename AnySocket>
bool is_ready_within(AnySocket& socket, short events, std::chrono::milliseconds patience) {
  pollfd watched{socket.native_handle(), events, 0};
  return poll(&watched, 1, static_cast<int>(patience.count())) == 1;
}

// Blocks until there is something to read, or to accept.
template <typename AnySocket>
void wait_readable(AnySocket& socket) {
  if (!is_ready_within(socket, POLLIN, patience_with_everybody))
    throw std::runtime_error("nothing came from the other end");
}

// One end of a connection, blocking.
class Peer {
 public:
  explicit Peer(const asio::ip::tcp::endpoint& server) : socket_(context_of_test_sockets()) {
    socket_.connect(server);
  }
  explicit Peer(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void send(std::string_view text) { write(socket_, asio::buffer(text)); }

  // Sends what the system takes at once; returns how much that was.
  size_t send_what_fits(std::string_view text) {
    asio::error_code error;
    socket_.non_blocking(true);
    const size_t count = socket_.write_some(asio::buffer(text), error);
    socket_.non_blocking(false);
    if (error && error != asio::error::would_block) throw std::system_error(error);
    return count;
  }

  std::string receive(size_t count) {
    std::string bytes;
    while (bytes.size() < count) bytes += receive_some(count - bytes.size());
    return bytes;
  }

  std::string receive_some(size_t most) {
    std::string bytes(most, ' ');
    wait_readable(socket_);
    bytes.resize(socket_.read_some(asio::buffer(bytes)));
    return bytes;
  }

  // All that comes until the other end closes.
  std::string receive_until_end() {
    std::string bytes;
    try {
      while (true) bytes += receive_some(64 * 1024);
    } catch (const std::system_error& error) {
      if (error.code() != asio::error::eof) throw;
    }
    return bytes;
  }

  // Returns when the other end has closed or reset the connection.
  void wait_for_hang_up() {
    try {
      receive_until_end();
    } catch (const std::system_error& error) {
      if (error.code() != asio::error::connection_reset) throw;
    }
  }

  bool is_readable_within(std::chrono::milliseconds patience) {
    return is_ready_within(socket_, POLLIN, patience);
  }
  bool is_writable_within(std::chrono::milliseconds patience) {
    return is_ready_within(socket_, POLLOUT, patience);
  }

  void shut_down_sending() { socket_.shutdown(asio::socket_base::shutdown_send); }
  void close() { socket_.close(); }
  void reset() {
    socket_.set_option(asio::socket_base::linger{true, 0});
    socket_.close();
  }

 private:
  asio::ip::tcp::socket socket_;
};

// Sends, and returns what comes back.
inline std::string round_trip(Peer& peer, std::string_view text) {
  peer.send(text);
  return peer.receive(text.size());
}

// A connection from its beginning to its end. When it is over, the server has dealt with all that
// happened before.
inline void come_and_go(const asio::ip::tcp::endpoint& server, std::string_view text) {
  Peer peer{server};
  EXPECT_EQ(round_trip(peer, text), text);
  peer.shut_down_sending();
  EXPECT_EQ(peer.receive_until_end(), "");
}

inline const asio::ip::tcp::endpoint any_port{asio::ip::address_v4::loopback(), 0};

// Stands for a server whose every move is the test's.
class FakeServer {
 public:
  asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  Peer accept() {
    wait_readable(acceptor_);
    return Peer{acceptor_.accept()};
  }

 private:
  asio::ip::tcp::acceptor acceptor_{context_of_test_sockets(), any_port};
};

// A DelayedEcho on a thread of its own. It listens at once; it serves from run() to end().
class EchoInBackground {
 public:
  explicit EchoInBackground(const ServerOptions& options)
      : server_(options), endpoint_(server_.local_endpoint()) {}
  EchoInBackground(const EchoInBackground&) = delete;
  EchoInBackground& operator=(const EchoInBackground&) = delete;
  ~EchoInBackground() { server_.stop(); }

  const asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }

  void run() {
    running_ = std::async(std::launch::async, [this] { server_.run(); });
  }

  DelayedEcho::Summary summary() const { return server_.summary(); }

  // Stops the server and returns it, for its summary and events.
  const DelayedEcho& end() {
    server_.stop();
    running_.get();
    return server_;
  }

 private:
  DelayedEcho server_;
  asio::ip::tcp::endpoint endpoint_;
  std::future<void> running_;  // its destructor waits for the thread
};

// --- Programs ------------------------------------------------------------------------------------

inline std::string program(std::string_view name) {
  return std::string{BIN_DIR "/"} + std::string{name};
}

inline std::string to_text(const asio::ip::tcp::endpoint& endpoint) {
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

struct Ended {
  std::string ending;  // as ChildProcess::ending() puts it
  std::string output;
  std::string errors;
};

inline Ended wait_for_end(ChildProcess& child) {
  child.wait({.deadline = deadline()});
  return {child.ending(), child.standard_output(), child.standard_error()};
}

inline Ended run_to_end(const std::vector<std::string>& command) {
  ChildProcess child{command};
  return wait_for_end(child);
}

inline bool sleeps(pid_t process) {
  const std::string state = content_of("/proc/" + std::to_string(process) + "/stat");
  return state.find(") S ") != std::string::npos;  // behind the name of the program
}

// Signals a server that has nothing left to do: a program under ThreadSanitizer (GCC 12) loses a
// signal that comes just before it falls asleep.
inline Ended interrupt(ChildProcess& server, int signal) {
  server.wait({.deadline = deadline(),
               .interrupted = [&] { return sleeps(server.pid()); },
               .look_every = std::chrono::milliseconds{1}});
  kill(server.pid(), signal);
  return wait_for_end(server);
}

// The same command with a limit of the shell's, "ulimit -n 20" say.
inline std::vector<std::string> with_limit(const std::string& limit,
                                           const std::vector<std::string>& command) {
  std::vector<std::string> limited{"/bin/sh", "-c", limit + R"(; exec "$0" "$@")"};
  limited.insert(limited.end(), command.begin(), command.end());
  return limited;
}

// An echo_server of its own process, on a port that the kernel chose.
class EchoServerProcess {
 public:
  explicit EchoServerProcess(std::vector<std::string> arguments)
      : EchoServerProcess("true", std::move(arguments)) {}
  EchoServerProcess(const std::string& limit, std::vector<std::string> arguments)
      : child_(with_limit(limit, command(std::move(arguments)))) {
    child_.wait_for_line({.deadline = deadline()});
  }

  ChildProcess& process() { return child_; }

  asio::ip::tcp::endpoint endpoint() const {
    constexpr std::string_view words = "listening on ";
    const auto lines = lines_of(child_.standard_output());
    if (lines.empty() || !lines.front().starts_with(words))
      throw std::runtime_error("the server is not listening: " + child_.standard_error());
    return parse_endpoint(std::string_view{lines.front()}.substr(words.size()));
  }

 private:
  static std::vector<std::string> command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {program("echo_server"), "--port", "0"});
    return arguments;
  }

  ChildProcess child_;
};

// --- Bad command lines ---------------------------------------------------------------------------

struct BadCommandLine {
  std::string name;  // of the test
  std::vector<std::string> arguments;
  std::vector<std::string> said;  // what the line on standard error must hold
};

inline void PrintTo(const BadCommandLine& bad, std::ostream* out) {
  for (const auto& argument : bad.arguments) *out << argument << ' ';
}

inline std::string name_of_bad(const testing::TestParamInfo<BadCommandLine>& test) {
  return test.param.name;
}

// Runs the program: it must refuse the command line in one line, and do nothing else.
inline void expect_usage_error(const std::string& name, const BadCommandLine& bad) {
  std::vector<std::string> command{program(name)};
  command.insert(command.end(), bad.arguments.begin(), bad.arguments.end());
  const Ended ended = run_to_end(command);
  EXPECT_EQ(ended.ending, "exit status 2");
  EXPECT_EQ(ended.output, "");
  EXPECT_EQ(lines_of(ended.errors).size(), 1) << ended.errors;
  EXPECT_TRUE(ended.errors.starts_with(name + ": ")) << ended.errors;
  EXPECT_TRUE(ended.errors.ends_with('\n')) << ended.errors;
  for (const auto& words : bad.said)
    EXPECT_NE(ended.errors.find(words), std::string::npos)
        << "'" << words << "' is not in: " << ended.errors;
}

}  // namespace waitbench
