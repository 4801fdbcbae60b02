// Makes one run from its start to its end: a fresh server, a fresh client, and what they leave.
// With very many tasks there are several of both.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/records/run.hpp"
#include "bench/run/limits.hpp"
#include "record/shared_board.hpp"

namespace waitbench {

// Where and how runs are made.
struct Scenario {
  std::filesystem::path bin_dir;        // holds echo_server and client_<model>
  std::filesystem::path records_dir;    // an existing directory, for the children's records
  std::optional<Duration> timeout;      // of a client; by default the prediction and a margin
  std::optional<Duration> longest_run;  // what is predicted to take longer is not run
  std::function<Limits()> limits = read_limits;  // asked before each run
  std::function<bool()> interrupted = [] { return false; };
  // Called every now and then while the client, which started at `start`, runs. `board` has the
  // events so far of client and server; it is nullptr where there are several clients, who each
  // number their tasks from 1.
  std::function<void(Clock::time_point start, const SharedBoard* board)> at_each_look =
      [](Clock::time_point, const SharedBoard*) {};
  std::vector<std::string> server_options = {};  // more of them, for the servers' command lines
  std::vector<std::string> client_options = {};  // and for the clients'

  // Runs the model once against a server of that model. Whatever goes wrong with the children is in
  // the result; nothing of them is left behind. Returns nothing if it was interrupted.
  std::optional<Run> run(const Model& model, const Workload& workload, int repetition,
                         const Server& server = servers.front()) const;
};

}  // namespace waitbench
