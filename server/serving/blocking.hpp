// What models that may block a thread have in common: they wait for the next connection, and hold a
// session.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "server/serving/serving.hpp"

namespace waitbench {

// Accepts for threads that may block.
class BlockingAcceptor {
 public:
  explicit BlockingAcceptor(Serving& serving)
      : serving_(serving), listeners_(serving.listeners.take(0)) {}

  // Blocks until somebody has come. Nothing when the server is to end. Any thread may call it: one
  // at a time looks, so that a newcomer wakes one of them only.
  std::optional<Connection> next();

 private:
  std::optional<Connection> accept_any();
  void wait_for_any() const;

  Serving& serving_;
  std::vector<Descriptor> listeners_;
  std::mutex looking_;
};

// Waits for the delay, then echoes until the peer closes. Blocks its thread throughout.
void hold_session(Connection connection, const Serving& serving);

}  // namespace waitbench
