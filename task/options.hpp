// Holds what a client is told on its command line.
#pragma once

#include <asio/ip/tcp.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "task/workload.hpp"

namespace waitbench {

// The workload (of which a client ignores `response`: the server keeps that), and where and how
// this client works on it.
struct Options : Workload {
  asio::ip::tcp::endpoint server{asio::ip::address_v4::loopback(), 6142};
  int addresses = 1;             // the server has so many: that of `server` and those after it
  std::filesystem::path events;  // CSV of every step; empty: not written
  std::filesystem::path report;  // JSON of how it ended and what it used; empty: not written
  std::filesystem::path board;   // an EventBoard that others look at; empty: memory of its own
  bool quiet = false;            // don't tell the steps on standard output

  // Where there are `arrivals`, when each task is meant to start, and must not before.
  std::vector<Clock::time_point> due;
  Clock::time_point due_time_of(int id) const { return due.at(static_cast<size_t>(id - 1)); }

  // Where a task connects to: the tasks take the server's addresses in turn. Between two addresses
  // there are only so many ports, and connecting slows down long before the last is taken.
  asio::ip::tcp::endpoint server_of(int id) const;
};

// Fills `options` from the command line of the client `program`. Returns the exit code to end with,
// if there is one.
std::optional<int> parse_options(const std::string& program, int argc, const char* const* argv,
                                 Options& options);

}  // namespace waitbench
