// Accepts, tells what the system is short of, and starts threads.
#include "server/serving/serving.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <future>
#include <system_error>
#include <vector>

#include "record/ending.hpp"
#include "support/program.hpp"

namespace waitbench {

Serving::Serving(const ServerOptions& server_options, int sets_of_listeners)
    : options(server_options), listeners(server_options, sets_of_listeners) {}

Connection Serving::admit(PlainSocket socket) {
  const int descriptor = socket.descriptor();
  return {std::move(socket), sessions.admit(descriptor)};
}

std::optional<Connection> Serving::accept(int listener, bool& is_short) {
  is_short = false;
  try {
    if (auto socket = PlainSocket::accept(listener)) return admit(std::move(*socket));
  } catch (const std::system_error& error) {
    is_short = tell_shortage(error.code());
  }
  return std::nullopt;
}

bool Serving::tell_shortage(const std::error_code& error) {
  constexpr std::array shortages{EMFILE, ENFILE, ENOBUFS, ENOMEM};
  if (std::ranges::find(shortages, error.value()) == shortages.end()) return false;
  const std::lock_guard lock{mutex_};
  if (!std::exchange(has_told_shortage_, true))
    tell_error("echo_server", "accepting pauses until descriptors are free: " + error.message());
  return true;
}

void Serving::refuse(const std::exception& why) {
  const std::lock_guard lock{mutex_};
  if (!refusal_.empty()) return;
  refusal_ = explain(why);
  tell_error("echo_server", "refused: " + refusal_);
}

void Serving::on_threads(const std::function<void(int)>& body) {
  const auto guarded = [&](int thread) {
    try {
      body(thread);
    } catch (...) {
      stop.request();
      throw;
    }
  };
  std::vector<std::future<void>> others;
  try {
    for (int thread = 1; thread < options.threads; ++thread)
      others.push_back(std::async(std::launch::async, guarded, thread));
  } catch (...) {
    stop.request();  // for those who have begun, and are waited for
    throw;
  }
  guarded(0);
  for (auto& other : others) other.get();
}

}  // namespace waitbench
