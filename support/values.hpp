// Values as people write them in options: durations with units, rates, and endpoints. Each function
// throws std::invalid_argument that says what is accepted.
#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <string_view>

namespace waitbench {

// No option accepts a longer duration.
inline constexpr std::chrono::hours longest_duration{24};

// No single machine reaches a higher rate. The message about a wrong rate says it in digits.
inline constexpr double highest_rate = 1e6;

// "2s", "200ms", "1.5s"; units ns, us, ms, s, min. From zero to longest_duration.
std::chrono::nanoseconds parse_duration(std::string_view text);

// "40", "2.5": tasks per second, above 0 and up to highest_rate.
double parse_rate(std::string_view text);

// "127.0.0.1:6142" or "[::1]:6142": a numeric address.
asio::ip::tcp::endpoint parse_endpoint(std::string_view text);

// The same port at the `step`-th address after the endpoint's; with a step it must be IPv4.
asio::ip::tcp::endpoint at_address(const asio::ip::tcp::endpoint& first, int step);

}  // namespace waitbench
