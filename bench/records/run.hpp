// Holds what is known of one run: one model, one workload, once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/prediction.hpp"
#include "bench/models/servers.hpp"
#include "bench/records/latency.hpp"
#include "bench/records/structure.hpp"
#include "record/event_log.hpp"
#include "record/handler_log.hpp"

namespace waitbench {

enum class Status {
  ok,
  failed,   // the client or the server did not do its work
  refused,  // the system had no more of something: a finding, with its reason
  timeout,  // it was ended because it took too long
};

constexpr const char* name_of(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::failed:
      return "failed";
    case Status::refused:
      return "refused";
    case Status::timeout:
      return "timeout";
  }
  return "";
}

// How far a run got that was refused.
struct Refusal {
  bool predicted = false;  // by the preflight: nothing was started, and nothing failed
  int tasks = 0;           // for so many there would have been room, or so many had started
};

// What a process used over its life; of several, the sum.
struct ProcessUse {
  double user_s = 0;
  double system_s = 0;
  std::int64_t peak_rss_bytes = 0;  // the process's own high-water mark
  int peak_threads = 0;             // as seen by looks 20 ms apart
  std::int64_t voluntary_switches = 0;
  std::int64_t involuntary_switches = 0;
  std::int64_t minor_faults = 0;  // pages that were there, or were made, without reading a disk
  std::int64_t major_faults = 0;

  ProcessUse& operator+=(const ProcessUse& other);
};

// The figures by the names that they have in results.json and benchmark.json.
std::vector<std::pair<std::string, double>> figures_of(const ProcessUse& use);

// How a run fits in: over how many addresses of each server its tasks are spread, and what to
// expect from that.
struct Fit {
  int addresses = 1;
  bool overflows_backlog = false;  // more connect at once than may wait to be accepted
};

// What is to be run.
struct PlannedRun {
  const Model* model;
  const Server* server;
  Workload workload;
  int repetition;          // from 0
  bool is_warmup = false;  // runs before all others, to be kept apart
};

// How a client ended: by itself, with an exit status, or by a signal.
struct ProcessEnd {
  std::optional<int> exit_status;
  std::optional<int> signal;
  std::string said;  // the first line on its standard error
};

struct Run {
  const Model* model = nullptr;
  const Server* server_model = &servers.front();
  Workload workload;
  int repetition = 0;
  bool is_warmup = false;  // kept apart: in no statistic and no table

  Status status = Status::failed;
  std::string message;                   // why, if not ok
  std::optional<Refusal> refusal;        // only if refused
  std::optional<ProcessEnd> client_end;  // of the last of several; nothing if it was cut short
  Fit fit;

  std::optional<Duration> cut_after;   // of a run that took too long: when it was ended
  Clock::time_point start;             // when the (first) client became its program
  std::optional<Seconds> makespan;     // to the last `finished`; only if ok
  std::optional<Structure> structure;  // only if ok
  std::string verdict;                 // of the structure: `as_predicted`, or what deviates
  std::optional<ProcessUse> client;
  std::optional<ProcessUse> server;
  std::vector<Clock::time_point> due;  // by task; of tasks that arrive over time, else empty
  std::optional<Latencies> latencies;  // of tasks that arrive over time; only if ok
  bool has_events = true;              // to be kept
  std::vector<Event> events;
  std::vector<Event> server_events;
  std::vector<HandlerEvent> handlers;  // of a tracked client; from others there are none

  // Whether it came out otherwise than expected. A refusal that was predicted is a finding.
  bool has_failed() const { return status != Status::ok && !(refusal && refusal->predicted); }

  void forget_events() {
    due = {};
    events = {};
    server_events = {};
    handlers = {};
  }

  Seconds predicted() const { return predicted_makespan(*model, workload); }
};

}  // namespace waitbench
