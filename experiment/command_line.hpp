// Command lines the way every program of the suite reads them: durations with units, endpoints, and
// one line on standard error that names the option that was wrong and what it accepts.
#pragma once

#include <CLI/CLI.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/workload.hpp"

namespace waitbench {

// The exit codes of every program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

// "2s", "200ms", "1.5s"; units ns, us, ms, s, min. From zero to a day. Throws std::invalid_argument
// that says what is accepted.
Duration parse_duration(std::string_view text);

// "127.0.0.1:6142" or "[::1]:6142", a numeric address. Throws std::invalid_argument likewise.
asio::ip::tcp::endpoint parse_endpoint(std::string_view text);

// The same port at the `step`-th address after the endpoint's; with a step it must be IPv4.
asio::ip::tcp::endpoint at_address(const asio::ip::tcp::endpoint& first, int step);

// Adds an option whose text `parse` turns into `value`; a std::invalid_argument from it becomes a
// usage error that names the option. `value` must outlive the parsing.
template <typename Value>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, Value& value,
                        Value (*parse)(std::string_view), const std::string& help) {
  return app.add_option_function<std::string>(
      name,
      [name, &value, parse](const std::string& text) {
        try {
          value = parse(text);
        } catch (const std::invalid_argument& error) {
          throw CLI::ValidationError(name, error.what());
        }
      },
      help);
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value,
                          const std::string& help);

// A whole number between `least` and `most`.
CLI::Option* add_count(CLI::App& app, const std::string& name, int& value, int least, int most,
                       const std::string& help);

// The options of a workload that clients and harness share.
void add_compute_options(CLI::App& app, Workload& workload);

// "40", "2.5": a rate in tasks a second. Throws std::invalid_argument that says what is accepted.
double parse_rate(std::string_view text);

// --arrivals, which makes sense only beside `rate`.
void add_arrival_kind(CLI::App& app, ArrivalKind& kind, CLI::Option* rate);

// Throws CLI::ValidationError where so many tasks take longer than a day to arrive.
void check_rate(double rate, int tasks);

// --seed, of whatever `what` says.
CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what);

// Parses; returns the exit code to end with if the program should end here (help was asked for, or
// the command line is wrong, which has been said on standard error), and nothing if it should go
// on.
std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv);

// Runs `body` as the whole of a program: its result is the exit code, and what it throws becomes a
// line on standard error, "PROGRAM: what went wrong", and exit code 1.
int run_program(std::string_view program, const std::function<int()>& body);

}  // namespace waitbench
