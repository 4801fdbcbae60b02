// Keeps the sessions of a server, whatever its model: counts them, has them on record, and ends
// those of peers that are idle.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "record/event.hpp"
#include "server/serving/delayed_echo.hpp"
#include "server/serving/stop.hpp"
#include "support/plain_socket.hpp"

namespace waitbench {

// What is on record of a connection that was echoed something.
struct ConnectionRecord {
  Event accepted;
  Event echoed;
  Event closed;
};

// What is known of an open session.
struct OpenSession {
  Event accepted;
  std::atomic<Clock::time_point> active_at;  // when it last did something; at first, when it is due
  std::int64_t echoed_bytes = 0;
  ConnectionRecord* record = nullptr;
  int descriptor;
  bool has_echoed = false;
  bool was_idle = false;  // and its connection has been shut down
};

class Sessions;

// One connection's session, from being accepted on. It ends with this, at the latest; the
// connection's descriptor must be open until then. One thread at a time may use it.
class Session {
 public:
  Session(Sessions& all, std::list<OpenSession>::iterator own) : all_(&all), own_(own) {}
  Session(Session&& other) noexcept : all_(std::exchange(other.all_, nullptr)), own_(other.own_) {}
  Session& operator=(Session&&) = delete;
  ~Session() { end({}); }

  // When the delay is over: nothing is to be echoed before.
  Clock::time_point due() const;

  // To be called with what was read before any of it is echoed: of the first bytes there is a
  // record, and no client can have read them earlier. Works on the request, where that is asked
  // for.
  void received(std::string_view bytes);

  // To be called when the peer has taken some bytes.
  void sent() { own_->active_at.store(Clock::now(), std::memory_order_relaxed); }

  // Ends the session, for this reason: the end of file is how it is meant to end; with any other
  // error it is counted as dropped, unless the server is to end.
  void end(std::error_code reason);

 private:
  Sessions* all_;  // nullptr: it has ended
  std::list<OpenSession>::iterator own_;
};

// Any thread may use it.
class Sessions {
 public:
  Sessions(const ServerOptions& options, const Stop& stop) : options_(options), stop_(stop) {}

  // Begins the session of a connection that this thread accepts now.
  Session admit(int descriptor);

  // Shuts down the connections of peers that have been idle for too long: whoever waits there finds
  // its end. Returns when to look again: not before somebody can be due, no oftener than sixteen
  // times per idle timeout, and every 5 ms at most.
  Clock::time_point end_idle();

  // Shuts all connections down, those to come included.
  void end_all();

  // Blocks until no session is open.
  void wait_until_none_is_open();

  DelayedEcho::Summary summary() const;
  std::vector<Event> events() const;  // when all have ended

 private:
  friend class Session;
  void record_first_echo(OpenSession& session, std::string_view bytes);
  void end(std::list<OpenSession>::iterator session, bool dropped);

  const ServerOptions& options_;
  const Stop& stop_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable one_has_ended_;
  std::list<OpenSession> open_;
  bool all_end_ = false;
  DelayedEcho::Summary summary_;
  std::deque<ConnectionRecord> records_;  // what is in it stays where it is
};

// A connection and its session. The session is the first to go.
struct Connection {
  PlainSocket socket;
  Session session;
};

}  // namespace waitbench
