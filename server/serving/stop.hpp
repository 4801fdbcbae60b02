// Tells the threads of a server that it is to end, however each of them waits.
#pragma once

#include <stop_token>

#include "support/descriptor.hpp"
#include "support/time.hpp"

namespace waitbench {

class Stop {
 public:
  // Throws std::system_error if the system has no descriptor for it.
  Stop();

  // Ends all waits, those to come included. Any thread may call it, and so may a signal handler.
  void request();

  // Blocks until that time, or until there is a request. Returns whether there is one.
  bool wait_until(Clock::time_point time) const;
  bool requested() const { return wait_until(Clock::time_point::min()); }

  // Is readable from the request on.
  int descriptor() const { return event_.get(); }

  // For what has a way of its own to be ended, as a std::stop_callback. After a request, somebody
  // has to call tell(), which calls those callbacks.
  std::stop_token token() const { return source_.get_token(); }
  void tell() { source_.request_stop(); }

 private:
  Descriptor event_;
  std::stop_source source_;
};

}  // namespace waitbench
