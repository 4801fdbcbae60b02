// What Asio tells of its handlers when it is built to: when each was created, and when and on which
// thread it ran. A tracked client leaves it as a file, the harness reads it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/time.hpp"

namespace waitbench {

enum class HandlerStep {
  created,    // an operation was begun; the handler is what is to run when it completes
  began,      // the handler runs
  ended,      // it has run
  dropped,    // it never will: its loop was destroyed first
  performed,  // something was done with no handler of its own (cancel, ...), or for a handler
              // (recv, ...)
};

inline constexpr std::array<std::string_view, 5> handler_step_names{"created", "began", "ended",
                                                                    "dropped", "performed"};

struct HandlerEvent {
  std::uint64_t handler = 0;  // from 1; 0: none
  HandlerStep step{};
  std::string operation;  // "socket.async_connect"; only with `created` and `performed`
  Clock::time_point time;
  int thread = 0;  // OS thread id (gettid)

  bool operator==(const HandlerEvent&) const = default;
};

// Where a client that writes its events to `events` leaves its handlers.
std::filesystem::path handlers_file_beside(const std::filesystem::path& events);

// CSV with the columns handler,step,operation,ns,thread; `ns` counts from the steady clock's epoch.
std::string to_csv(std::span<const HandlerEvent> handlers);

// In the order of time; empty where there is no such file. Throws std::runtime_error that names
// file and line where it is malformed.
std::vector<HandlerEvent> read_handlers(const std::filesystem::path& file);

// What this process has recorded so far; only in a tracked client.
std::vector<HandlerEvent> recorded_handlers();

}  // namespace waitbench
