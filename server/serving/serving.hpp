// What surrounds a server's model, and stands once for all: where it listens, how it is told to
// end, what is noted of its sessions, and what it does when the system has no more of something.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/serving/delayed_echo.hpp"
#include "server/serving/listeners.hpp"
#include "server/serving/sessions.hpp"
#include "server/serving/stop.hpp"

namespace waitbench {

class Serving {
 public:
  // Listens from now on. Throws std::system_error if an address can't be had.
  Serving(const ServerOptions& server_options, int sets_of_listeners);

  const ServerOptions options;
  Listeners listeners;
  Stop stop;
  Sessions sessions{options, stop};

  // The next connection that waits at the listening descriptor; nothing if none waits there. Where
  // the system has no descriptor or no memory for it, tells so once: the connection goes on
  // waiting, and `is_short` becomes true.
  std::optional<Connection> accept(int listener, bool& is_short);

  // Begins the session of a connection that was just accepted.
  Connection admit(PlainSocket socket);

  // Returns whether this failure to accept says that the system is short of something. The first
  // time, tells so on standard error.
  bool tell_shortage(const std::error_code& error);

  // Who frees what is missing may be another process, so there is nothing to wait for but time.
  static constexpr Duration pause_for_shortage = std::chrono::milliseconds{50};

  // Notes that the system refused something the model can't do without for a connection, a thread
  // say: tells so once. The server goes on, and ends as refused.
  void refuse(const std::exception& why);
  const std::string& refusal() const { return refusal_; }  // empty: none; when serving has ended

  // Runs it on as many threads as the options say, this one included, and returns when all of them
  // have. `body` is told which thread it is, from 0 on. What it throws ends the others, too.
  void on_threads(const std::function<void(int)>& body);

 private:
  std::mutex mutex_;
  bool has_told_shortage_ = false;
  std::string refusal_;
};

}  // namespace waitbench
