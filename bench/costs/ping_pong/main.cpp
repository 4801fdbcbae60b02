// ping_pong: how many requests per second the echo server answers, and what CPU time each takes it,
// beside the least that a server can be. The server has one core to itself, the load another.
#include <fmt/format.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/command_line.hpp"
#include "support/median.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr size_t message_size = 64;

struct PingPongOptions {
  std::vector<int> connections{50, 500};
  int rounds = 5;
  Duration duration = 2s;
};

// What one server did under one load.
struct Measured {
  double requests_per_s = 0;
  double cpu_us = 0;  // of the server, a request
};

// --- Cores ---------------------------------------------------------------------------------------

// The first two cores that this process may use.
std::array<int, 2> two_cores() {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  if (cores.size() < 2)
    throw std::runtime_error("needs two cores: one for the server, one for the load");
  return {cores[0], cores[1]};
}

// This thread, and what it starts from now on.
void pin_to(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  if (sched_setaffinity(0, sizeof only, &only) != 0)
    throw std::system_error{errno, std::system_category(), fmt::format("core {}", core)};
}

// --- The load ------------------------------------------------------------------------------------

// Connections on each of which one message goes to and fro.
class Load {
 public:
  Load(const asio::ip::tcp::endpoint& server, int connections) : epoll_(epoll_create1(0)) {
    for (int i = 0; i < connections; ++i) {
      peers_.emplace_back(context_).connect(server);
      peers_.back().set_option(asio::ip::tcp::no_delay{true});
      epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(i)}};
      epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peers_.back().native_handle(), &event);
    }
    received_.resize(peers_.size());
  }

  // Sends on every connection, and again whenever a message has come back whole, until the time is
  // over. Returns how many came back. Throws if the server closes a connection.
  std::int64_t run_until(Clock::time_point end) {
    for (size_t i = 0; i < peers_.size(); ++i)
      if (received_[i] == 0) send(i);
    std::int64_t returned = 0;
    std::array<epoll_event, 128> events;
    while (Clock::now() < end) {
      const int count = epoll_wait(epoll_.get(), events.data(), events.size(), 100);
      for (const epoll_event& event :
           std::span{events}.first(static_cast<size_t>(std::max(count, 0))))
        returned += receive(event.data.u32);
    }
    return returned;
  }

 private:
  void send(size_t peer) { asio::write(peers_[peer], asio::buffer(message_)); }

  // Whether that was the end of a message, upon which the next is sent.
  bool receive(size_t peer) {
    std::array<char, message_size> bytes;
    received_[peer] += peers_[peer].read_some(asio::buffer(bytes));
    if (received_[peer] < message_size) return false;
    received_[peer] = 0;
    send(peer);
    return true;
  }

  Descriptor epoll_;
  asio::io_context context_;
  std::vector<asio::ip::tcp::socket> peers_;
  std::vector<size_t> received_;  // bytes of the message that is under way
  std::array<char, message_size> message_{};
};

// --- A server under load -------------------------------------------------------------------------

asio::ip::tcp::endpoint wait_until_listening(ChildProcess& server, const std::string& name) {
  server.wait_for_line({.deadline = Clock::now() + 20s});
  constexpr std::string_view announcement = "listening on ";
  const std::string& said = server.standard_output();
  if (!said.starts_with(announcement))
    throw std::runtime_error(fmt::format("{} does not listen: {}", name, server.standard_error()));
  return parse_endpoint(said.substr(announcement.size(), said.find('\n') - announcement.size()));
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

Measured measure(const std::vector<std::string>& command, std::array<int, 2> cores, int connections,
                 Duration duration) {
  pin_to(cores[0]);
  ChildProcess server{command};
  pin_to(cores[1]);
  Load load{wait_until_listening(server, command.front()), connections};
  const auto begin = Clock::now();
  const std::int64_t requests = load.run_until(begin + duration);
  const std::chrono::duration<double> took = Clock::now() - begin;
  server.terminate();
  server.wait({.deadline = Clock::now() + 20s});
  if (requests == 0) throw std::runtime_error(command.front() + " answered nothing");
  const double cpu_s = seconds(server.usage().ru_utime) + seconds(server.usage().ru_stime);
  return {.requests_per_s = static_cast<double>(requests) / took.count(),
          .cpu_us = cpu_s * 1e6 / static_cast<double>(requests)};
}

// --- The comparison ------------------------------------------------------------------------------

struct Server {
  std::string name;
  std::vector<std::string> command;
};

double median_of(const std::vector<Measured>& rounds, double Measured::*figure) {
  std::vector<double> values;
  for (const Measured& one : rounds) values.push_back(one.*figure);
  return median(std::move(values));
}

// The first server is what the others are measured by. Rounds take them in turn, in random order.
void compare(const std::vector<Server>& servers, std::array<int, 2> cores, int connections,
             const PingPongOptions& options) {
  std::map<std::string, std::vector<Measured>> rounds;
  std::mt19937 random{static_cast<std::uint32_t>(connections)};
  auto order = servers;
  for (int round = 0; round < options.rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (const Server& server : order)
      rounds[server.name].push_back(measure(server.command, cores, connections, options.duration));
  }
  const auto& least = rounds[servers.front().name];
  for (const Server& server : servers) {
    const double rate = median_of(rounds[server.name], &Measured::requests_per_s);
    const double cpu = median_of(rounds[server.name], &Measured::cpu_us);
    fmt::print("{:<13}{:>12}{:>14.0f}{:>9.2f}{:>17.2f} us{:>9.2f}\n", server.name, connections,
               rate, rate / median_of(least, &Measured::requests_per_s), cpu,
               cpu / median_of(least, &Measured::cpu_us));
    std::fflush(stdout);
  }
}

std::optional<int> parse_options(int argc, char** argv, PingPongOptions& options) {
  CLI::App app{
      "Measures the models of echo_server beside a bare epoll server: 64 bytes go to and fro on "
      "every "
      "connection.",
      "ping_pong"};
  app.add_option("--connections", options.connections, "How many at once; several make a sweep")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000))
      ->type_name("N,...")
      ->default_str("50,500");
  add_count(app, "--rounds", options.rounds, 1, 1000,
            "How often to measure each; medians are shown");
  add_duration(app, "--duration", options.duration, "How long each measurement takes");
  return parse_command_line(app, argc, argv);
}

int run(const PingPongOptions& options) {
  const auto cores = two_cores();
  const auto bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto echo_server = [&](const std::string& model) {
    return std::vector<std::string>{bin / "echo_server", "--model", model, "--port", "0",
                                    "--response",        "0s"};
  };
  const std::vector<Server> servers{{"bare_echo", {bin / "bare_echo"}},
                                    {"epoll", echo_server("epoll")},
                                    {"coroutines", echo_server("coroutines")}};
  fmt::print("{:<13}{:>12}{:>14}{:>9}{:>20}{:>9}\n", "server", "connections", "requests/s", "ratio",
             "CPU per request", "ratio");
  for (const int connections : options.connections) compare(servers, cores, connections, options);
  return exit_ok;
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("ping_pong", [&] {
    PingPongOptions options;
    if (const auto exit_code = parse_options(argc, argv, options)) return *exit_code;
    return run(options);
  });
}
