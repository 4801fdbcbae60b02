// echo_server: parses, binds, says where it listens, serves until it is told to end, sums up.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include "record/ending.hpp"
#include "record/report.hpp"
#include "server/models.hpp"
#include "support/command_line.hpp"
#include "support/values.hpp"
#include "support/whole_file.hpp"

namespace waitbench {
namespace {

struct Files {
  std::filesystem::path events;
  std::filesystem::path report;
  std::filesystem::path board;
};

// Choices of add_choice(), each of which chooses its own name.
std::vector<std::pair<std::string, std::string_view>> names_of_models() {
  std::vector<std::pair<std::string, std::string_view>> names;
  for (const ServerModel& model : server_models()) names.emplace_back(model.name, model.name);
  return names;
}

void list_models() {
  for (const ServerModel& model : server_models())
    print(fmt::format("{:<22} {}{}\n", model.name, model.shows,
                      model.serve ? "" : " (not built here: it needs liburing)"));
}

std::optional<int> parse_options(int argc, char** argv, ServerOptions& options, Files& files) {
  CLI::App app{"Echoes every byte, beginning a fixed delay after a connection was accepted.",
               "echo_server"};
  auto host = asio::ip::address_v4::loopback();
  int port = 6142;
  add_parsed(app, "--host", host, &parse_ipv4, "The numeric address to listen on")
      ->type_name("ADDRESS")
      ->default_str("127.0.0.1");
  add_choice(app, "--model", options.model, names_of_models(),
             "What serves the connections; see --list");
  bool list = false;
  app.add_flag("--list", list, "List the models, with what each shows, and end");
  add_count(app, "--addresses", options.addresses, 1, 1000,
            "How many addresses to listen on: that one and those after it, on the same port");
  add_count(app, "--silent-addresses", options.silent_addresses, 0, 1000,
            "How many addresses after those never answer: peers can connect, and that is all");
  add_count(app, "--port", port, 0, 65535, "The port; 0 lets the kernel choose");
  add_duration(app, "--response", options.delay, "From accepting a connection to its first echo");
  add_duration(app, "--idle-timeout", options.idle_timeout,
               "After the delay, drop a peer that has neither sent nor closed for this long");
  add_duration(app, "--work", options.work, "CPU time that each request costs before it is echoed");
  add_count(app, "--threads", options.threads, 1, 1000,
            "Threads, for the models with a fixed number of them");
  app.add_option("--events", files.events, "Write task,step,ns,thread of every connection (CSV)")
      ->type_name("FILE");
  app.add_option("--board", files.board,
                 "Note the same, as it happens, in this shared memory, which waitbench made")
      ->type_name("FILE");
  app.add_option("--report", files.report, "Write how this process ended and what it used (JSON)")
      ->type_name("FILE");

  if (const auto exit_code = parse_command_line(app, argc, argv)) return exit_code;
  if (list) {
    list_models();
    return exit_ok;
  }
  options.address = {host, static_cast<std::uint16_t>(port)};
  options.record = !files.events.empty() || !files.board.empty();
  return std::nullopt;
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint) {
  return fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

DelayedEcho listen(const ServerOptions& options) {
  try {
    return DelayedEcho{options};
  } catch (const std::system_error&) {
    std::throw_with_nested(std::runtime_error("can't listen on " + to_text(options.address)));
  }
}

// Ends the server when the process is told to end.
class EndBySignal {
 public:
  explicit EndBySignal(DelayedEcho& server) {
    server_ = &server;
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { server_->stop(); });
  }
  EndBySignal(const EndBySignal&) = delete;
  EndBySignal& operator=(const EndBySignal&) = delete;
  ~EndBySignal() {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_IGN);  // it ends already
  }

 private:
  static inline DelayedEcho* server_ = nullptr;
};

// The first of its addresses that other machines may reach is told; there should be none.
void warn_of_other_machines(const ServerOptions& options) {
  for (int i = 0; i < options.addresses + options.silent_addresses; ++i) {
    const auto address = at_address(options.address, i).address();
    if (address.is_loopback()) continue;
    return tell_error("echo_server",
                      fmt::format("listens on {}, which other machines may reach: it is made for "
                                  "loopback (docs/security.md)",
                                  address.to_string()));
  }
}

void report(const Files& files, const Ending& ending) {
  if (!files.report.empty()) write_report(files.report, ending);
}

// Serves until the process is told to end, and leaves the files.
Ending serve(const ServerOptions& options, const Files& files) {
  DelayedEcho server = listen(options);
  warn_of_other_machines(options);
  const EndBySignal end_by_signal{server};

  print(fmt::format("listening on {}\n", to_text(server.local_endpoint())));
  server.run();

  const auto [accepted, echoed_bytes, dropped, most_at_once] = server.summary();
  const std::string refusal = server.refusal();
  const Ending ending{.kind = refusal.empty() ? Ending::Kind::ok : Ending::Kind::refused,
                      .message = refusal,
                      .started = static_cast<int>(accepted),
                      .finished = static_cast<int>(accepted - dropped)};
  report(files, ending);  // before the CSV takes memory
  if (!files.events.empty()) write_whole(files.events, to_csv(server.events()));
  print(fmt::format("accepted {}, echoed {} bytes, dropped {}, most at once {}\n", accepted,
                    echoed_bytes, dropped, most_at_once));
  return ending;
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
      report(files, ending);
    }
    return exit_status_of(ending.kind);
  });
}
