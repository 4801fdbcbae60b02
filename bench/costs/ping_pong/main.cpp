// ping_pong: how many requests per second each model of echo_server answers, and what CPU time each
// request takes it. A server of one thread has a core to itself, and the load another; a server of
// several threads shares both with the load.
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

#include "bench/models/choices.hpp"
#include "support/child_process.hpp"
#include "support/command_line.hpp"
#include "support/median.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr size_t message_size = 64;

struct PingPongOptions {
  std::vector<std::string> servers;
  std::vector<int> connections{1, 50, 500};
  bool reconnect = false;
  Duration work{};
  int server_threads = 2;
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
void pin_to(std::span<const int> cores) {
  cpu_set_t only;
  CPU_ZERO(&only);
  for (const int core : cores) CPU_SET(core, &only);
  if (sched_setaffinity(0, sizeof only, &only) != 0)
    throw std::system_error{errno, std::system_category(), "sched_setaffinity"};
}

// --- The load ------------------------------------------------------------------------------------

// Connections on each of which one message goes to and fro.
class Load {
 public:
  // With `reconnect`, each message has a connection of its own.
  Load(const asio::ip::tcp::endpoint& server, int connections, bool reconnect)
      : server_(server), reconnect_(reconnect), epoll_(epoll_create1(0)) {
    for (int i = 0; i < connections; ++i) {
      peers_.emplace_back(context_);
      connect(peers_.size() - 1);
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
  void connect(size_t peer) {
    peers_[peer].connect(server_);
    peers_[peer].set_option(asio::ip::tcp::no_delay{true});
    epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(peer)}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peers_[peer].native_handle(), &event);
  }

  // Closed by a reset, a connection leaves its port free at once.
  void connect_again(size_t peer) {
    peers_[peer].set_option(asio::socket_base::linger{true, 0});
    peers_[peer].close();
    connect(peer);
  }

  void send(size_t peer) { asio::write(peers_[peer], asio::buffer(message_)); }

  // Whether that was the end of a message, upon which the next is sent.
  bool receive(size_t peer) {
    std::array<char, message_size> bytes;
    received_[peer] += peers_[peer].read_some(asio::buffer(bytes));
    if (received_[peer] < message_size) return false;
    received_[peer] = 0;
    if (reconnect_) connect_again(peer);
    send(peer);
    return true;
  }

  asio::ip::tcp::endpoint server_;
  bool reconnect_;
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

// Of several threads, or of as many as there are connections.
bool has_threads(const Server& server) {
  return server.facts.computing != Many::one;
}

std::vector<std::string> command_of(const Server& server, const PingPongOptions& options) {
  const auto bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return {bin / "echo_server",
          "--model",
          std::string{server.name},
          "--port",
          "0",
          "--response",
          "0s",
          "--work",
          fmt::format("{}ns", options.work.count()),
          "--threads",
          std::to_string(options.server_threads)};
}

Measured measure(const Server& server, std::array<int, 2> cores, int connections,
                 const PingPongOptions& options) {
  const auto both = std::span{cores};
  pin_to(has_threads(server) ? both : both.first(1));
  ChildProcess process{command_of(server, options)};
  pin_to(has_threads(server) ? both : both.last(1));
  Load load{wait_until_listening(process, std::string{server.name}), connections,
            options.reconnect};
  const auto begin = Clock::now();
  const std::int64_t requests = load.run_until(begin + options.duration);
  const std::chrono::duration<double> took = Clock::now() - begin;
  process.terminate();
  process.wait({.deadline = Clock::now() + 20s});
  if (requests == 0) throw std::runtime_error(fmt::format("{} answered nothing", server.name));
  const double cpu_s = seconds(process.usage().ru_utime) + seconds(process.usage().ru_stime);
  return {.requests_per_s = static_cast<double>(requests) / took.count(),
          .cpu_us = cpu_s * 1e6 / static_cast<double>(requests)};
}

// --- The comparison ------------------------------------------------------------------------------

double median_of(const std::vector<Measured>& rounds, double Measured::*figure) {
  std::vector<double> values;
  for (const Measured& one : rounds) values.push_back(one.*figure);
  return median(std::move(values));
}

// Those with fewer places than connections would leave some without any answer.
bool serves(const Server& server, int connections, const PingPongOptions& options) {
  return options.reconnect || places(server.facts.under_way, options.server_threads) >= connections;
}

// The first server is what the others are measured by. Rounds take them in turn, in random order.
void compare(const std::vector<const Server*>& servers, std::array<int, 2> cores, int connections,
             const PingPongOptions& options) {
  std::map<const Server*, std::vector<Measured>> rounds;
  std::mt19937 random{static_cast<std::uint32_t>(connections)};
  std::vector<const Server*> order;
  std::ranges::copy_if(servers, std::back_inserter(order),
                       [&](const Server* server) { return serves(*server, connections, options); });
  for (int round = 0; round < options.rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (const Server* server : order)
      rounds[server].push_back(measure(*server, cores, connections, options));
  }
  const auto& floor = rounds[servers.front()];
  for (const Server* server : servers) {
    if (!rounds.contains(server)) continue;
    const double rate = median_of(rounds[server], &Measured::requests_per_s);
    const double cpu = median_of(rounds[server], &Measured::cpu_us);
    print(fmt::format("{:<22}{:>12}{:>12.0f}{:>7.2f}{:>14.2f} us{:>7.2f}\n", server->name,
                      connections, rate, rate / median_of(floor, &Measured::requests_per_s), cpu,
                      cpu / median_of(floor, &Measured::cpu_us)));
  }
}

// --- The command line ----------------------------------------------------------------------------

std::optional<int> parse_options(int argc, char** argv, PingPongOptions& options) {
  CLI::App app{
      "Measures the models of echo_server beside the one on epoll: 64 bytes go to and fro on every "
      "connection.",
      "ping_pong"};
  add_list(
      app, "--servers", options.servers, [](std::string_view name) { return std::string{name}; },
      "Which servers to measure beside epoll")
      ->type_name("NAME,...")
      ->default_str("all");
  add_counts(app, "--connections", options.connections, 1, 10'000,
             "How many at once; several make a sweep");
  app.add_flag("--reconnect", options.reconnect, "A new connection for each request");
  add_duration(app, "--work", options.work, "CPU time that each request costs the server");
  add_count(app, "--server-threads", options.server_threads, 1, 1000,
            "Threads of the servers with a fixed number of them");
  add_count(app, "--rounds", options.rounds, 1, 1000,
            "How often to measure each; medians are shown");
  add_duration(app, "--duration", options.duration, "How long each measurement takes");
  return parse_command_line(app, argc, argv);
}

// The one on epoll first: it is what the others are measured by.
std::vector<const Server*> servers_of(const PingPongOptions& options) {
  const Server* floor = find_server("epoll");
  std::vector<const Server*> chosen{floor};
  for (const Server* server :
       choose_servers(options.servers.empty() ? std::vector<std::string>{"all"} : options.servers))
    if (server != floor) chosen.push_back(server);
  return chosen;
}

int run(const PingPongOptions& options) {
  const auto servers = servers_of(options);
  const auto cores = two_cores();
  print(fmt::format("{:<22}{:>12}{:>12}{:>7}{:>17}{:>7}\n", "server", "connections", "requests/s",
                    "ratio", "CPU per request", "ratio"));
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
    try {
      return run(options);
    } catch (const std::invalid_argument& error) {
      tell_error("ping_pong", fmt::format("--servers: {}", error.what()));
      return exit_usage;
    }
  });
}
