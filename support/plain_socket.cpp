// Calls the system for a socket, and throws its errors.
#include "support/plain_socket.hpp"

#include <sys/socket.h>

#include <asio/error.hpp>
#include <cerrno>
#include <system_error>

namespace waitbench {
namespace {

[[noreturn]] void throw_errno() {
  throw std::system_error{errno, std::system_category()};
}

// A system call's count of bytes, and 0 for "not now".
size_t count_or_none(ssize_t result) {
  if (result >= 0) return static_cast<size_t>(result);
  if (errno == EAGAIN || errno == EINTR) return 0;
  throw_errno();
}

}  // namespace

std::optional<PlainSocket> PlainSocket::accept(int listener) {
  while (true) {
    PlainSocket socket;
    socket.descriptor_ =
        Descriptor{::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (socket.descriptor_.is_open()) return socket;
    if (errno == EAGAIN) return std::nullopt;
    if (errno != ECONNABORTED && errno != EINTR) throw_errno();
  }
}

bool PlainSocket::connect(const asio::ip::tcp::endpoint& server) {
  if (!descriptor_.is_open())
    descriptor_ = Descriptor{
        ::socket(server.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!descriptor_.is_open()) throw_errno();
  if (::connect(descriptor(), server.data(), static_cast<socklen_t>(server.size())) == 0)
    return true;
  if (errno == EISCONN) return true;
  if (errno == EINPROGRESS || errno == EALREADY || errno == EINTR) return false;
  throw_errno();
}

size_t PlainSocket::write_some(std::string_view bytes) {
  return count_or_none(::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

size_t PlainSocket::read_some(std::span<char> buffer) {
  const ssize_t result = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
  if (result == 0) throw std::system_error{asio::error::make_error_code(asio::error::eof)};
  return count_or_none(result);
}

}  // namespace waitbench
