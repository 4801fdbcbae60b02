// echo_server: parses, binds, says where it listens, serves until it is told to end, sums up.
#include <fmt/format.h>

#include <asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "record/ending.hpp"
#include "record/report.hpp"
#include "server/delayed_echo.hpp"
#include "support/command_line.hpp"
#include "support/whole_file.hpp"

namespace waitbench {
namespace {

struct Files {
  std::filesystem::path events;
  std::filesystem::path report;
  std::filesystem::path board;
};

std::optional<int> parse_options(int argc, char** argv, ServerOptions& options, Files& files) {
  CLI::App app{"Echoes every byte, beginning a fixed delay after a connection was accepted.",
               "echo_server"};
  std::string host = "127.0.0.1";
  int port = 6142;
  app.add_option("--host", host, "The numeric address to listen on")
      ->check(CLI::ValidIPV4)
      ->type_name("ADDRESS")
      ->capture_default_str();
  add_choice(app, "--model", options.model,
             {{"coroutines", ServerModel::coroutines}, {"epoll", ServerModel::epoll}},
             "What serves the connections: a coroutine for each, or an event loop by hand");
  add_count(app, "--addresses", options.addresses, 1, 1000,
            "How many addresses to listen on: that one and those after it, on the same port");
  add_count(app, "--silent-addresses", options.silent_addresses, 0, 1000,
            "How many addresses after those never answer: peers can connect, and that is all");
  add_count(app, "--port", port, 0, 65535, "The port; 0 lets the kernel choose");
  add_duration(app, "--response", options.delay, "From accepting a connection to its first echo");
  add_duration(app, "--idle-timeout", options.idle_timeout,
               "After the delay, drop a peer that has neither sent nor closed for this long");
  add_count(app, "--threads", options.threads, 1, 1000, "Event loops, each on a thread of its own");
  app.add_option("--events", files.events, "Write task,step,ns,thread of every connection (CSV)")
      ->type_name("FILE");
  app.add_option("--board", files.board,
                 "Note the same, as it happens, in this shared memory, which waitbench made")
      ->type_name("FILE");
  app.add_option("--report", files.report, "Write how this process ended and what it used (JSON)")
      ->type_name("FILE");

  if (const auto exit_code = parse_command_line(app, argc, argv)) return exit_code;
  options.address = {asio::ip::make_address(host), static_cast<std::uint16_t>(port)};
  options.record = !files.events.empty() || !files.board.empty();
  return std::nullopt;
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint) {
  return fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

DelayedEcho listen(const ServerOptions& options) {
  try {
    return DelayedEcho{options};
  } catch (const std::exception&) {
    std::throw_with_nested(std::runtime_error("can't listen on " + to_text(options.address)));
  }
}

Ending serve(const ServerOptions& options, const Files& files) {
  DelayedEcho server = listen(options);
  asio::signal_set signals{server.context(), SIGINT, SIGTERM};
  signals.async_wait([&](const asio::error_code&, int) { server.stop(); });

  fmt::print("listening on {}\n", to_text(server.local_endpoint()));
  std::fflush(stdout);  // whoever started this server waits for that line
  server.run();

  const auto [accepted, echoed_bytes, dropped, most_at_once] = server.summary();
  fmt::print("accepted {}, echoed {} bytes, dropped {}, most at once {}\n", accepted, echoed_bytes,
             dropped, most_at_once);
  if (!files.events.empty()) write_whole(files.events, to_csv(server.events()));
  return {.started = static_cast<int>(accepted), .finished = static_cast<int>(accepted - dropped)};
}

}  // namespace
}  // namespace waitbench

int main(int argc, char** argv) {
  using namespace waitbench;
  return run_program("echo_server", [&] {
    ServerOptions options;
    Files files;
    if (const auto exit_code = parse_options(argc, argv, options, files)) return *exit_code;
    std::optional<EventBoard> board;
    if (!files.board.empty()) options.board = &board.emplace(files.board);
    Ending ending;
    try {
      ending = serve(options, files);
    } catch (const std::exception& error) {
      ending = ending_by(error);
      tell_error("echo_server", ending.message);
    }
    if (!files.report.empty()) write_report(files.report, ending);
    return exit_status_of(ending.kind);
  });
}
