// Names the function of each server model.
#include "server/models.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace waitbench {
namespace {

#ifdef WAITBENCH_HAS_URING
constexpr auto io_uring_or_none = &serve_with_io_uring;
constexpr auto io_uring_check = &check_io_uring;
#else
constexpr Serve* io_uring_or_none = nullptr;
constexpr void (*io_uring_check)() = nullptr;
#endif

constexpr std::array models{
    ServerModel{"coroutines", "A coroutine per connection, on one thread", &serve_with_coroutines},
    ServerModel{"iterative", "One connection from accept to close, then the next",
                &serve_one_by_one},
    ServerModel{"thread_per_connection", "Each connection blocks a thread of its own",
                &serve_with_thread_per_connection},
    ServerModel{"thread_pool", "T threads each serve one connection, then the next",
                &serve_with_thread_pool},
    ServerModel{"shared_loop", "A coroutine per connection, on one loop that T threads run",
                &serve_with_shared_loop},
    ServerModel{"loop_per_core", "T loops, each with listening sockets of its own",
                &serve_with_loop_per_core, /* listens_per_thread = */ true},
    ServerModel{"epoll", "An event loop by hand, on one thread", &serve_with_epoll},
    ServerModel{"io_uring", "Completions by hand, on one thread", io_uring_or_none, false,
                io_uring_check},
};

}  // namespace

std::span<const ServerModel> server_models() {
  return models;
}

const ServerModel& find_server_model(std::string_view name) {
  const auto model = std::ranges::find(models, name, &ServerModel::name);
  if (model == models.end())
    throw std::invalid_argument("no server model is called " + std::string{name});
  return *model;
}

}  // namespace waitbench
