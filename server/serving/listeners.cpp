// Binds and listens through the system's own calls: each model then accepts in its own way.
#include "server/serving/listeners.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "support/values.hpp"

namespace waitbench {
namespace {

using asio::ip::tcp;

void check(int result, const char* what) {
  if (result == -1) throw std::system_error{errno, std::system_category(), what};
}

void switch_on(const Descriptor& socket, int option, const char* name) {
  const int on = 1;
  check(setsockopt(socket.get(), SOL_SOCKET, option, &on, sizeof on), name);
}

enum class Port { must_be_free, is_shared };

// A port that others of this process are to share must be free for the first of them: a server that
// shares its port, too, is another server all the same.
Descriptor listen_at(const tcp::endpoint& address, Port port, bool will_be_shared) {
  Descriptor listener{
      ::socket(address.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  check(listener.get(), "socket");
  switch_on(listener, SO_REUSEADDR, "SO_REUSEADDR");
  if (port == Port::is_shared) switch_on(listener, SO_REUSEPORT, "SO_REUSEPORT");
  check(bind(listener.get(), address.data(), static_cast<socklen_t>(address.size())), "bind");
  if (will_be_shared) switch_on(listener, SO_REUSEPORT, "SO_REUSEPORT");
  check(::listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

tcp::endpoint endpoint_of(const Descriptor& listener) {
  tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  check(getsockname(listener.get(), endpoint.data(), &size), "getsockname");
  return endpoint;
}

}  // namespace

Listeners::Listeners(const ServerOptions& options, int sets)
    : local_endpoint_(options.address), sets_(static_cast<size_t>(sets)) {
  for (int i = 0; i < options.addresses + options.silent_addresses; ++i) {
    const bool is_silent = i >= options.addresses;
    auto& first = is_silent ? silent_ : sets_.front();
    first.push_back(listen_at(at_address(local_endpoint_, i), Port::must_be_free, sets > 1));
    if (i == 0) local_endpoint_ = endpoint_of(first.back());
    for (size_t set = 1; set < sets_.size() && !is_silent; ++set)
      sets_[set].push_back(listen_at(at_address(local_endpoint_, i), Port::is_shared, true));
  }
}

std::vector<Descriptor> Listeners::take(int set) {
  return std::exchange(sets_.at(static_cast<size_t>(set)), {});
}

}  // namespace waitbench
