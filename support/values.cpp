// Reads durations, rates and endpoints from text.
#include "support/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace waitbench {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<Unit, 5> units{
    {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}}};
[[noreturn]] void refuse(std::string_view text, std::string_view accepted) {
  throw std::invalid_argument("'" + std::string{text.substr(0, 60)} + "' is not " +
                              std::string{accepted});
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
  constexpr auto accepted =
      "a duration from 0s to 24h with a unit (ns, us, ms, s, min), like 200ms";
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (error != std::errc{} || unit == units.end()) refuse(text, accepted);

  const std::chrono::duration<double> seconds{number * unit->seconds};
  if (!(seconds.count() >= 0 && seconds <= longest_duration)) refuse(text, accepted);
  return std::chrono::round<std::chrono::nanoseconds>(seconds);
}

static_assert(highest_rate == 1000000);

double parse_rate(std::string_view text) {
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() ||
      !(rate > 0 && rate <= highest_rate))
    refuse(text, "a rate above 0 and up to 1000000 tasks per second, like 40 or 2.5");
  return rate;
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

}  // namespace waitbench
