// Durations, endpoints, and how a wrong command line is told.
#include "experiment/command_line.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <exception>
#include <map>
#include <stdexcept>

#include "experiment/arrivals.hpp"

namespace waitbench {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<Unit, 5> units{
    {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}}};
constexpr double longest_seconds = 24 * 60 * 60;

[[noreturn]] void refuse(std::string_view text, std::string_view accepted) {
  throw std::invalid_argument(fmt::format("'{:.60}' is not {}", text, accepted));
}

}  // namespace

Duration parse_duration(std::string_view text) {
  constexpr auto accepted =
      "a duration from 0s to 24h with a unit (ns, us, ms, s, min), like 200ms";
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (error != std::errc{} || unit == units.end()) refuse(text, accepted);

  const double seconds = number * unit->seconds;
  if (!(seconds >= 0 && seconds <= longest_seconds)) refuse(text, accepted);
  return std::chrono::round<Duration>(std::chrono::duration<double>{seconds});
}

asio::ip::tcp::endpoint parse_endpoint(std::string_view text) {
  constexpr auto accepted =
      "ADDRESS:PORT with a numeric address and a port from 1 to 65535, "
      "like 127.0.0.1:6142";
  const size_t colon = text.rfind(':');
  if (colon == text.npos) refuse(text, accepted);
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  asio::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (error != std::errc{} || end != port_text.data() + port_text.size() || port == 0 ||
      not_an_address)
    refuse(text, accepted);
  return {address, port};
}

asio::ip::tcp::endpoint at_address(const asio::ip::tcp::endpoint& first, int step) {
  if (step == 0) return first;
  const asio::ip::address_v4 address{first.address().to_v4().to_uint() +
                                     static_cast<unsigned>(step)};
  return {address, first.port()};
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, Duration& value,
                          const std::string& help) {
  const auto shown = std::chrono::duration<double>{value}.count();
  return add_parsed(app, name, value, &parse_duration, help)
      ->type_name("DURATION")
      ->default_str(fmt::format("{}s", shown));
}

CLI::Option* add_count(CLI::App& app, const std::string& name, int& value, int least, int most,
                       const std::string& help) {
  return app.add_option(name, value, help)
      ->check(CLI::Range(least, most))
      ->type_name(fmt::format("{}..{}", least, most))
      ->capture_default_str();
}

void add_compute_options(CLI::App& app, Workload& workload) {
  add_duration(app, "--connect", workload.connect, "How long a task waits before it connects");
  add_duration(app, "--compute-time", workload.compute, "How long a task computes");
  app.add_option("--compute", workload.compute_kind,
                 "What stands for computing: hold (sleep on the thread) or burn (spin a CPU)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ComputeKind>{
          {"hold", ComputeKind::hold}, {"burn", ComputeKind::burn}}))
      ->type_name("hold|burn")
      ->default_str(name_of(workload.compute_kind));
}

double parse_rate(std::string_view text) {
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() ||
      !(rate > 0 && rate <= highest_rate))
    refuse(text, fmt::format("a rate above 0 and up to {:.0f} tasks a second, like 40 or 2.5",
                             highest_rate));
  return rate;
}

void add_arrival_kind(CLI::App& app, ArrivalKind& kind, CLI::Option* rate) {
  app.add_option("--arrivals", kind, "How tasks arrive: poisson (at random) or even (intervals)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ArrivalKind>{
          {"poisson", ArrivalKind::poisson}, {"even", ArrivalKind::even}}))
      ->type_name("poisson|even")
      ->default_str(name_of(kind))
      ->needs(rate);
}

void check_rate(double rate, int tasks) {
  if (tasks / rate > longest_seconds)
    throw CLI::ValidationError(
        "--arrival-rate",
        fmt::format("at {:g} a second, {} tasks take longer than 24h to arrive", rate, tasks));
}

CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what) {
  return app.add_option("--seed", seed, what)
      ->check(CLI::TypeValidator<std::uint32_t>("a whole number from 0 to 4294967295"))
      ->type_name("N");
}

std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {  // --help and the like
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {} (see --help)\n", app.get_name(), error.what());
    return exit_usage;
  }
}

int run_program(std::string_view program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return exit_failed;
  }
}

}  // namespace waitbench
