// The table of servers: what each is called, what it shows, and its four facts. A connection is to
// a server what a task is to a client.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "bench/models/facts.hpp"

namespace waitbench {

struct Server {
  std::string_view name;  // echo_server --model <name>
  std::string_view title;
  std::string_view shows;
  Facts facts;
};

// The first is what clients are run against if nothing else is asked for.
inline constexpr auto servers = [] {
  using enum Many;
  using enum Wait;
  return std::array{
      Server{"coroutines",
             "A coroutine per connection",
             "Each connection waits, reads and writes in a coroutine of its own.",
             {all, as_threads, gives_thread_back, Work::dealt_out}},
      Server{"epoll",
             "An event loop by hand",
             "One epoll descriptor per thread names the connections that are ready: the floor.",
             {all, as_threads, gives_thread_back, Work::dealt_out}},
  };
}();

// nullptr where there is no such server.
constexpr const Server* find_server(std::string_view name) {
  const auto server = std::ranges::find(servers, name, &Server::name);
  return server == servers.end() ? nullptr : &*server;
}

}  // namespace waitbench
