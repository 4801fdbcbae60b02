// Owns a board of events that the children fill while the harness reads it.
#pragma once

#include <filesystem>
#include <vector>

#include "record/event_board.hpp"
#include "support/child_process.hpp"

namespace waitbench {

class SharedBoard {
 public:
  // Throws std::system_error or std::runtime_error if the system has no memory to share.
  explicit SharedBoard(int tasks);

  // By this path the children get at it for as long as it lives. It is on no disk: writing back to
  // one would now and then hold up who notes an event.
  std::filesystem::path path() const;

  std::vector<Event> events() const { return board_.events(); }

 private:
  Descriptor memory_;
  EventBoard board_;
};

}  // namespace waitbench
