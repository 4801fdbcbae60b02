// Declares and reads a client's command line.
#include "task/options.hpp"

#include <fmt/format.h>

#include "support/command_line.hpp"
#include "task/workload_options.hpp"

namespace waitbench {

std::optional<int> parse_options(const std::string& program, int argc, const char* const* argv,
                                 Options& options) {
  CLI::App app{"Runs the tasks of the experiment against an echo_server.", program};
  add_parsed(app, "--server", options.server, &parse_endpoint, "The server to connect to")
      ->type_name("ADDRESS:PORT")
      ->default_str("127.0.0.1:6142");
  add_count(app, "--addresses", options.addresses, 1, 1000,
            "How many addresses the server has, from that one on; tasks take them in turn");
  add_count(app, "--tasks", options.tasks, 1, 10'000'000, "How many tasks");
  add_count(app, "--threads", options.threads, 1, 10'000,
            "Worker threads, for the models with a fixed number of them");
  add_compute_options(app, options);
  Arrivals arrivals;
  auto* rate = add_parsed(app, "--arrival-rate", arrivals.rate, &parse_rate,
                          "Tasks arrive at this rate, instead of being there from the beginning;"
                          " none starts before it is due")
                   ->type_name("TASKS/S");
  add_arrival_kind(app, arrivals.kind, rate);
  add_seed(app, arrivals.seed, "Seed for Poisson arrivals")->capture_default_str()->needs(rate);
  app.add_option("--events", options.events, "Write task,step,ns,thread of every step (CSV)")
      ->type_name("FILE");
  app.add_option("--report", options.report, "Write how this process ended and what it used (JSON)")
      ->type_name("FILE");
  app.add_option("--board", options.board,
                 "Note each step, as it happens, in this shared memory, which waitbench made")
      ->type_name("FILE");
  app.add_flag("--quiet", options.quiet, "Don't tell the steps on standard output");

  app.parse_complete_callback([&] {
    if (rate->empty()) return;
    check_rate(arrivals.rate, options.tasks);
    options.arrivals = arrivals;
  });

  if (const auto exit_code = parse_command_line(app, argc, argv)) return exit_code;
  if (options.addresses > 1 && !options.server.address().is_v4()) {
    tell_error(program, "--addresses counts on from an IPv4 address (see --help)");
    return exit_usage;
  }
  return std::nullopt;
}

asio::ip::tcp::endpoint Options::server_of(int id) const {
  return at_address(server, (id - 1) % addresses);
}

}  // namespace waitbench
