// The table of server models: what serves the connections. A new model is a file here, and a row.
#pragma once

#include <span>
#include <string_view>

#include "server/serving/serving.hpp"

namespace waitbench {

// Accepts connections, and gives each the session of an echo server, until the server is to end.
// Returns then, or throws.
using Serve = void(Serving&);

Serve serve_with_coroutines;
Serve serve_one_by_one;
Serve serve_with_thread_per_connection;
Serve serve_with_thread_pool;
Serve serve_with_shared_loop;
Serve serve_with_loop_per_core;
Serve serve_with_epoll;
Serve serve_with_io_uring;

// Throws RefusalError, with the reason, where the kernel allows no io_uring.
void check_io_uring();

struct ServerModel {
  std::string_view name;
  std::string_view shows;
  Serve* serve;                     // nullptr: not built here
  bool listens_per_thread = false;  // with a socket of each thread's own at each address
  void (*check)() = nullptr;        // throws where the system does not allow the model
};

// All of them, the default first.
std::span<const ServerModel> server_models();

// Throws std::invalid_argument if there is none of this name.
const ServerModel& find_server_model(std::string_view name);

}  // namespace waitbench
