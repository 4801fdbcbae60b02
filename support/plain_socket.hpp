// A TCP socket as the system has it, for models that wait for it in their own way.
#pragma once

#include <asio/ip/tcp.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "support/descriptor.hpp"

namespace waitbench {

// Owns a descriptor in non-blocking mode: no call waits. Errors are thrown as std::system_error.
class PlainSocket {
 public:
  PlainSocket() = default;
  explicit PlainSocket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  // The next connection that waits at a listening descriptor, which must be in non-blocking mode;
  // nothing if none waits. What the peer gave up before it was accepted is passed over.
  static std::optional<PlainSocket> accept(int listener);

  int descriptor() const { return descriptor_.get(); }  // -1 before connect() and after close()

  // Connects, or asks how connecting goes. Returns whether it is connected; if not, call it again,
  // with the same server, once the socket is writable.
  bool connect(const asio::ip::tcp::endpoint& server);

  // Returns how many of the bytes the system took; 0 if it takes none before the socket is
  // writable.
  size_t write_some(std::string_view bytes);

  // Returns how many bytes had come; 0 if none has before the socket is readable. Throws eof if no
  // more will come.
  size_t read_some(std::span<char> buffer);

  void close() { descriptor_.reset(); }

  // Gives the descriptor away: whoever gets it closes it.
  int release() { return descriptor_.release(); }

 private:
  Descriptor descriptor_;
};

}  // namespace waitbench
