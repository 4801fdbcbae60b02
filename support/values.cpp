// Reads numbers, durations, endpoints and lists from text.
#include "support/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>

namespace waitbench {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<Unit, 6> units{
    {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}}};

[[noreturn]] void refuse(std::string_view text, std::string_view accepted) {
  throw std::invalid_argument("'" + std::string{text.substr(0, 60)} + "' is not " +
                              std::string{accepted});
}

// The number that all of the text is.
template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view without_spaces_around(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
  constexpr auto accepted =
      "a duration from 0s to 24h with a unit (ns, us, ms, s, min, h), like 200ms";
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (error != std::errc{} || unit == units.end()) refuse(text, accepted);

  const std::chrono::duration<double> seconds{number * unit->seconds};
  if (!(seconds.count() >= 0 && seconds <= longest_duration)) refuse(text, accepted);
  return std::chrono::round<std::chrono::nanoseconds>(seconds);
}

int parse_count(std::string_view text, int least, int most) {
  const auto count = number_in<int>(text);
  if (!count || *count < least || *count > most)
    refuse(text, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return *count;
}

std::uint32_t parse_seed(std::string_view text) {
  const auto seed = number_in<std::uint32_t>(text);
  if (!seed) refuse(text, "a whole number from 0 to 4294967295");
  return *seed;
}

static_assert(lowest_factor == 0.000001 && highest_factor == 1000);

double parse_factor(std::string_view text) {
  const auto factor = number_in<double>(text);
  if (!factor || !(*factor >= lowest_factor && *factor <= highest_factor))
    refuse(text, "a factor from 0.000001 to 1000");
  return *factor;
}

double parse_at_least_one(std::string_view text) {
  const auto factor = number_in<double>(text);
  if (!factor || !(*factor >= 1 && *factor <= highest_factor))
    refuse(text, "a factor from 1 to 1000");
  return *factor;
}

static_assert(highest_rate == 1000000);

double parse_rate(std::string_view text) {
  const auto rate = number_in<double>(text);
  if (!rate || !(*rate > 0 && *rate <= highest_rate))
    refuse(text, "a rate above 0 and up to 1000000 tasks per second, like 40 or 2.5");
  return *rate;
}

asio::ip::address_v4 parse_ipv4(std::string_view text) {
  asio::error_code not_an_address;
  const auto address = asio::ip::make_address_v4(text, not_an_address);
  if (not_an_address) refuse(text, "a numeric IPv4 address, like 127.0.0.1");
  return address;
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

  const auto port = number_in<std::uint16_t>(port_text);
  asio::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!port || *port == 0 || not_an_address) refuse(text, accepted);
  return {address, *port};
}

std::vector<std::string_view> items_of(std::string_view list) {
  std::vector<std::string_view> items;
  for (std::string_view rest = list;;) {
    const size_t comma = rest.find(',');
    items.push_back(without_spaces_around(rest.substr(0, comma)));
    if (items.back().empty()) refuse(list, "a list of values with a comma between each two");
    if (comma == rest.npos) return items;
    rest.remove_prefix(comma + 1);
  }
}

asio::ip::tcp::endpoint at_address(const asio::ip::tcp::endpoint& first, int step) {
  if (step == 0) return first;
  const asio::ip::address_v4 address{first.address().to_v4().to_uint() +
                                     static_cast<unsigned>(step)};
  return {address, first.port()};
}

}  // namespace waitbench
