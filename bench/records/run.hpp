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

// What the kernel did during a run, on the whole machine (steal) or in this network namespace.
struct KernelCounts {
  std::int64_t listen_overflows = 0;  // connections that found no room to wait for being accepted
  std::int64_t listen_drops = 0;      // SYNs that a listening socket dropped, for whatever reason
  std::int64_t tcp_timeouts = 0;
  std::int64_t retransmitted_segments = 0;
  std::int64_t oom_kills = 0;  // processes of the control group, killed for lack of memory
  double steal_s = 0;          // CPU time that the hypervisor gave to other machines

  KernelCounts& operator-=(const KernelCounts& before);
};

// What is to be run.
struct PlannedRun {
  const Model* model;
  const Server* server;
  Workload workload;
  int repetition;          // from 1
  bool is_warmup = false;  // runs before all others, to be kept apart
};

// How much CPU time a process had used at some moment.
struct CpuSample {
  Clock::time_point time;
  Duration used{};
};

// What a thread does that does not end.
enum class Busy {
  running,     // computes, or asks again and again
  for_thread,  // waits for another thread: a lock, a future, a join
  for_events,  // waits for sockets and timers, as a loop does
  in_read,     // waits in a call that reads, or accepts, from one socket or file
  sleeping,    // for a time
  other,
};

// A thread of a client when its run was cut short.
struct ThreadAtCut {
  int thread = 0;
  Busy busy{};
};

// How a client ended: by itself, with an exit status, or by a signal.
struct ProcessEnd {
  std::optional<int> exit_status;
  std::optional<int> signal;
  std::string said;          // the first line on its standard error
  Clock::time_point time{};  // when it was reaped
};

struct Run {
  const Model* model = nullptr;
  const Server* server_model = &servers.front();
  Workload workload;
  int repetition = 1;
  bool is_warmup = false;  // kept apart: in no statistic and no table

  Status status = Status::failed;
  std::string message;                   // why, if not ok
  std::optional<Refusal> refusal;        // only if refused
  std::optional<ProcessEnd> client_end;  // of the last of several; nothing if it was cut short
  int addresses = 1;                     // of each server, over which the tasks are spread

  std::optional<Duration> cut_after;   // of a run that took too long: when it was ended
  std::vector<ThreadAtCut> at_cut;     // its client's threads then, where the system tells
  Clock::time_point start;             // when the (first) client became its program
  std::optional<KernelCounts> kernel;  // nothing where the system does not tell, or nothing ran
  int strangers = 0;                   // connections to the servers that were none of the tasks'
  std::string doubt;                   // why what is on record can't have happened; else empty
  std::optional<Seconds> makespan;     // to the last `finished`; only if ok
  std::optional<Structure> structure;  // only if ok
  std::optional<ServerStructure> server_structure;  // the server's part of it; only if ok
  std::string verdict;  // of the structure: `as_predicted`, or what deviates
  std::optional<ProcessUse> client;
  std::optional<ProcessUse> server;
  std::vector<Clock::time_point> due;  // by task; of tasks that arrive over time, else empty
  std::optional<Latencies> latencies;  // of tasks that arrive over time; only if ok
  bool has_events = true;              // to be kept
  std::vector<Event> events;
  std::vector<Event> server_events;
  std::vector<CpuSample> cpu;          // of the client, where there is one
  std::vector<HandlerEvent> handlers;  // of a tracked client; from others there are none

  // Whether it came out otherwise than expected. A refusal that was predicted is a finding.
  bool has_failed() const { return status != Status::ok && !(refusal && refusal->predicted); }

  // Whether connections were dropped because the server's listen queue was full. Each is tried
  // again after a whole second, which says nothing of the model.
  bool is_overflowed() const { return kernel && kernel->listen_overflows > 0; }

  void forget_events() {
    due = {};
    events = {};
    server_events = {};
    cpu = {};
    handlers = {};
  }

  Seconds predicted() const { return predicted_makespan(*model, workload, *server_model); }
};

}  // namespace waitbench
