// Values as people write them in options: durations with units, counts, factors, rates, endpoints,
// and lists. Each function throws std::invalid_argument that says what is accepted.
#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace waitbench {

// No option accepts a longer duration.
inline constexpr std::chrono::hours longest_duration{24};

// Durations that differ more from those of the experiment say nothing about it. The message about a
// wrong factor says both in digits.
inline constexpr double lowest_factor = 1e-6;
inline constexpr double highest_factor = 1e3;

// No single machine reaches a higher rate. The message about a wrong rate says it in digits.
inline constexpr double highest_rate = 1e6;

// "2s", "200ms", "1.5s"; units ns, us, ms, s, min, h. From zero to longest_duration.
std::chrono::nanoseconds parse_duration(std::string_view text);

// "17": a whole number from `least` to `most`.
int parse_count(std::string_view text, int least, int most);

// "7": a whole number from 0 to 4294967295.
std::uint32_t parse_seed(std::string_view text);

// "0.1", "2": from lowest_factor to highest_factor.
double parse_factor(std::string_view text);

// "1", "2.5": from 1 to highest_factor.
double parse_at_least_one(std::string_view text);

// "40", "2.5": tasks per second, above 0 and up to highest_rate.
double parse_rate(std::string_view text);

// "127.0.0.1": a numeric IPv4 address.
asio::ip::address_v4 parse_ipv4(std::string_view text);

// "127.0.0.1:6142" or "[::1]:6142": a numeric address.
asio::ip::tcp::endpoint parse_endpoint(std::string_view text);

// "core, io_uring": what stands between the commas, without the spaces around it. Nothing may be
// left out.
std::vector<std::string_view> items_of(std::string_view list);

// The same port at the `step`-th address after the endpoint's; with a step it must be IPv4.
asio::ip::tcp::endpoint at_address(const asio::ip::tcp::endpoint& first, int step);

}  // namespace waitbench
