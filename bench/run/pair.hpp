// Runs a server and a client against it, and collects what both leave.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/run/child_files.hpp"
#include "bench/run/scenario.hpp"
#include "bench/run/thread_watch.hpp"
#include "record/shared_board.hpp"
#include "support/child_process.hpp"

namespace waitbench {

// For what takes no time to speak of: a server coming up, a process winding down.
inline constexpr Duration patience = std::chrono::seconds{20};

// Thrown where somebody has interrupted the run.
struct Interrupted {};

// A run that can't go on, and as what it is to be recorded.
struct RunError : std::runtime_error {
  RunError(Status error_status, const std::string& message)
      : std::runtime_error(message), status(error_status) {}
  Status status;
};

// A server, and a client that is run against it with its share of the tasks.
class Pair {
 public:
  // Starts the server, and nothing else.
  Pair(const Scenario& scenario, const Run& run, int index, Duration timeout);

  // Waits until the server listens, then starts the client. Throws RunError if the server never
  // does.
  void start_client();
  ChildProcess& client() { return *client_; }

  // Looks at both, and at the client's threads. Whoever waits for the client should do so now and
  // then.
  void look();

  // What both have noted so far; nothing where there was no memory for a board.
  const std::optional<SharedBoard>& board() const { return board_; }

  // Ends the server. Throws RunError if it does not end, or not well, and Interrupted.
  void end_server();

  // Adds what both have on record, but for what can't have happened. The tasks count on from
  // `tasks_before`. Throws RunError if the client, unless it was `cut_short`, did not end well, or
  // if the records contradict each other.
  void collect(Run& run, int tasks_before, bool cut_short);

 private:
  std::vector<std::string> server_command(Duration timeout) const;
  void add_addresses(std::vector<std::string>& command) const;
  void add_board(std::vector<std::string>& command) const;
  void collect_server(Run& run);
  std::vector<Event> client_events() const;
  std::vector<Event> client_events_if_any() const;
  void collect_events(Run& run, std::vector<Event> events, int tasks_before);
  bool ran_out_of_memory(const Run& run) const;
  void note_ending(Run& run, int tasks_before) const;

  const Scenario& scenario_;
  const Model& model_;
  const Server& server_model_;
  Workload share_;
  int addresses_;
  std::string number_;  // " 2" of several
  ChildFiles server_files_;
  ChildFiles client_files_;
  std::optional<SharedBoard> board_;
  ChildProcess server_;
  int accepted_ = 0;  // connections, as the server reports
  std::optional<ChildProcess> client_;
  ThreadWatch threads_;
};

}  // namespace waitbench
