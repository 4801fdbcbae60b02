// Waits, reads and writes by the system's own calls, all of which block.
#include "server/serving/blocking.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <system_error>
#include <utility>

namespace waitbench {

std::optional<Connection> BlockingAcceptor::next() {
  const std::lock_guard lock{looking_};
  while (!serving_.stop.requested()) {
    if (auto connection = accept_any()) return connection;
    wait_for_any();
  }
  return std::nullopt;
}

std::optional<Connection> BlockingAcceptor::accept_any() {
  bool is_short = false;
  for (const Descriptor& listener : listeners_) {
    if (auto connection = serving_.accept(listener.get(), is_short)) return connection;
    if (is_short) serving_.stop.wait_until(Clock::now() + Serving::pause_for_shortage);
  }
  return std::nullopt;
}

// Until somebody has come, or the server is to end.
void BlockingAcceptor::wait_for_any() const {
  std::vector<pollfd> watched{{.fd = serving_.stop.descriptor(), .events = POLLIN, .revents = 0}};
  for (const Descriptor& listener : listeners_)
    watched.push_back({.fd = listener.get(), .events = POLLIN, .revents = 0});
  if (poll(watched.data(), watched.size(), -1) == -1 && errno != EINTR)
    throw std::system_error{errno, std::system_category(), "poll"};
}

void hold_session(Connection connection, const Serving& serving) {
  auto& [socket, session] = connection;
  fcntl(socket.descriptor(), F_SETFL, 0);  // from now on its calls block
  if (serving.stop.wait_until(session.due())) return;
  std::array<char, 1024> buffer;
  try {
    while (true) {
      std::string_view bytes{buffer.data(), socket.read_some(buffer)};
      if (bytes.empty()) continue;  // a signal came
      session.received(bytes);
      while (!bytes.empty()) bytes.remove_prefix(socket.write_some(bytes));
      session.sent();
    }
  } catch (const std::system_error& error) {
    session.end(error.code());
  }
}

}  // namespace waitbench
