// The table of servers: what each is called, what it shows, and its four facts. A connection is to
// a server what a task is to a client. A new server is a file in server/, and a row here and there.
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
  std::string_view program = {};  // as a model has
};

// The first is what clients are run against if nothing else is asked for.
inline constexpr auto servers = [] {
  using enum Many;
  using enum Wait;
  return std::array{
      Server{"coroutines",
             "A coroutine per connection",
             "All connections wait at once, each in a coroutine on one thread.",
             {all, one, gives_thread_back}},
      Server{"iterative",
             "One connection at a time",
             "One connection from accept to close, then the next: the backlog is the queue.",
             {one, one, holds_thread}},
      Server{"thread_per_connection",
             "A thread per connection",
             "Each connection blocks a thread of its own: simple, until threads are refused.",
             {all, all, holds_thread}},
      Server{"thread_pool",
             "A pool of blocking threads",
             "T threads each serve one connection, then the next: T wait, the others queue.",
             {as_threads, as_threads, holds_thread}},
      Server{"shared_loop",
             "One loop, several threads",
             "The same coroutines on one loop, which T threads run.",
             {all, as_threads, gives_thread_back}},
      Server{"loop_per_core",
             "A loop per core",
             "T loops, each with a listening socket of its own: the threads share nothing.",
             {all, as_threads, gives_thread_back, Work::dealt_out}},
      Server{"epoll",
             "An event loop by hand",
             "One epoll descriptor names the connections that are ready: the floor.",
             {all, one, gives_thread_back}},
      Server{"io_uring",
             "Completions by hand",
             "The kernel reads and writes, and tells when it has: no call for each.",
             {all, one, gives_thread_back}},
  };
}();

// nullptr where there is no such server.
constexpr const Server* find_server(std::string_view name) {
  const auto server = std::ranges::find(servers, name, &Server::name);
  return server == servers.end() ? nullptr : &*server;
}

}  // namespace waitbench
