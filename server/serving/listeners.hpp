// Opens the sockets at which a server listens.
#pragma once

#include <asio/ip/tcp.hpp>
#include <vector>

#include "server/serving/delayed_echo.hpp"
#include "support/descriptor.hpp"

namespace waitbench {

// A socket for each address, in non-blocking mode. Peers may connect from the construction on.
class Listeners {
 public:
  // With `sets` more than one, so many sockets listen at each address, and the kernel deals the
  // connections out to them (SO_REUSEPORT). Throws std::system_error if an address can't be had; a
  // port in use can't, whatever its user has agreed to share.
  Listeners(const ServerOptions& options, int sets);

  // Where the first of them listens: with port 0, the port that the kernel chose.
  const asio::ip::tcp::endpoint& local_endpoint() const { return local_endpoint_; }

  // Gives the sockets of a set away, one for each address that is served; a set can be taken once.
  std::vector<Descriptor> take(int set);

 private:
  asio::ip::tcp::endpoint local_endpoint_;
  std::vector<std::vector<Descriptor>> sets_;
  std::vector<Descriptor> silent_;
};

}  // namespace waitbench
