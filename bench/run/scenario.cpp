// Checks the limits, starts the server, starts the client, waits, and collects the records.
#include "bench/run/scenario.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "bench/run/preflight.hpp"
#include "record/ending.hpp"
#include "record/shared_board.hpp"
#include "support/child_process.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using WaitEnd = ChildProcess::WaitEnd;

// For what takes no time to speak of: a server coming up, a process winding down.
constexpr Duration patience = 20s;

struct Interrupted {};

// A run that can't go on, and as what it is to be recorded.
struct RunError : std::runtime_error {
  RunError(Status error_status, const std::string& message)
      : std::runtime_error(message), status(error_status) {}
  Status status;
};

std::string to_argument(Duration duration) {
  return fmt::format("{}ns", duration.count());
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// What a child says of itself in its --report.
struct Report {
  std::string ending;  // a name of Ending::Kind
  std::string message;
  int started = 0;
  std::int64_t peak_rss_bytes = 0;
};

// Throws std::runtime_error that names the file and what is wrong in it.
Report read_report(const std::filesystem::path& file) try {
  std::ifstream in{file};
  if (!in) throw std::runtime_error("can't be opened");
  const auto json = nlohmann::json::parse(in);
  return {.ending = json.at("ending"),
          .message = json.at("message"),
          .started = json.at("started"),
          .peak_rss_bytes = json.at("peak_rss_bytes")};
} catch (const std::exception& error) {
  throw std::runtime_error(fmt::format("{}: not a report: {}", file.string(), error.what()));
}

// The files that a child leaves, removed before and after.
class ChildFiles {
 public:
  ChildFiles(const std::filesystem::path& directory, const std::string& who)
      : events_(directory / (who + ".csv")),
        report_(directory / (who + ".json")),
        handlers_(handlers_file_beside(events_)) {
    remove_files();
  }
  ChildFiles(const ChildFiles&) = delete;
  ChildFiles& operator=(const ChildFiles&) = delete;
  ~ChildFiles() { remove_files(); }

  void add_to(std::vector<std::string>& command) const {
    command.insert(command.end(), {"--events", events_, "--report", report_});
  }

  bool has_events() const { return std::filesystem::exists(events_); }

  std::vector<Event> events() const { return read_csv(events_); }
  std::vector<HandlerEvent> handlers() const { return read_handlers(handlers_); }
  Report report() const { return read_report(report_); }

  // Of a process that failed, which may have left none, or anything.
  std::optional<Report> report_if_any() const {
    try {
      return report();
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

 private:
  void remove_files() const {
    std::error_code ignored;  // a file that is not there is as good as removed
    for (const auto& file : {events_, report_, handlers_}) std::filesystem::remove(file, ignored);
  }

  std::filesystem::path events_;
  std::filesystem::path report_;
  std::filesystem::path handlers_;  // only a tracked client leaves it
};

ProcessUse use_of(const ChildProcess& child, const Report& report) {
  const rusage& usage = child.usage();
  return {.user_s = seconds(usage.ru_utime),
          .system_s = seconds(usage.ru_stime),
          .peak_rss_bytes = report.peak_rss_bytes,
          .peak_threads = child.peak_threads(),
          .voluntary_switches = usage.ru_nvcsw,
          .involuntary_switches = usage.ru_nivcsw,
          .minor_faults = usage.ru_minflt,
          .major_faults = usage.ru_majflt};
}

// "server: exit status 1: echo_server: can't listen on ..."
std::string complaint(const std::string& who, const ChildProcess& child) {
  std::string text = who + ": " + child.ending();
  if (!child.standard_error().empty()) text += ": " + first_line(child.standard_error());
  return text;
}

// A child that claims in its report to have ended otherwise than its exit status says is not to be
// believed in anything.
void check_agreement(const std::string& who, const ChildProcess& child, const Report& report) {
  const int status = report.ending == name_of(Ending::Kind::ok)        ? exit_ok
                     : report.ending == name_of(Ending::Kind::refused) ? exit_refused
                                                                       : exit_failed;
  if (child.exit_status() != status)
    throw RunError(Status::failed,
                   fmt::format("{}: {}, but its report says \"{}\"{}{}", who, child.ending(),
                               report.ending, report.message.empty() ? "" : ": ", report.message));
}

// The address out of the server's first line.
std::string wait_until_listening(ChildProcess& server, const std::string& who,
                                 const Scenario& scenario) {
  const auto end = server.wait_for_line(
      {.deadline = Clock::now() + patience, .interrupted = scenario.interrupted});
  if (end == WaitEnd::interrupted) throw Interrupted{};
  constexpr std::string_view announcement = "listening on ";
  const std::string line = first_line(server.standard_output());
  if (end == WaitEnd::deadline)
    throw RunError(Status::failed,
                   fmt::format("{}: did not say where it listens within {}", who, patience));
  if (line.empty()) throw RunError(Status::failed, complaint(who, server));
  if (!line.starts_with(announcement))
    throw RunError(Status::failed,
                   fmt::format("{}: said '{:.60}' instead of where it listens", who, line));
  return line.substr(announcement.size());
}

// Returns whether the client has ended in time.
bool wait_for_client(ChildProcess& client, const Scenario& scenario, Clock::time_point deadline,
                     const std::function<void()>& at_each_look) {
  const auto end = client.wait(
      {.deadline = deadline, .interrupted = scenario.interrupted, .at_each_look = at_each_look});
  if (end == WaitEnd::interrupted) throw Interrupted{};
  return end == WaitEnd::done;
}

void end_server(ChildProcess& server, const std::string& who) {
  server.terminate();
  if (server.wait({.deadline = Clock::now() + patience}) == WaitEnd::deadline)
    throw RunError(Status::failed, who + ": does not end when it is told to");
  if (!server.succeeded()) throw RunError(Status::failed, complaint(who, server));
}

// Reads a program, so that it is in the system's cache when it is started: what the disk takes is
// no model's overhead. One that can't be read fails to start, too, and is told of then.
void bring_into_memory(const std::filesystem::path& program) {
  std::ifstream file{program, std::ios::binary};
  std::array<char, 65536> part;
  while (file.read(part.data(), part.size())) continue;
}

// The board on which the children note their steps as they happen: what a process that was killed
// leaves. Nothing where there is no memory for one: that is no reason to have no run.
std::optional<SharedBoard> make_board(int tasks) {
  try {
    return std::optional<SharedBoard>{std::in_place, tasks};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void add_arrivals(const Workload& w, std::vector<std::string>& command) {
  if (w.arrivals)
    command.insert(command.end(),
                   {"--arrival-rate", fmt::format("{}", w.arrivals->rate), "--arrivals",
                    name_of(w.arrivals->kind), "--seed", std::to_string(w.arrivals->seed)});
}

void append(std::vector<std::string>& command, const std::vector<std::string>& options) {
  command.insert(command.end(), options.begin(), options.end());
}

// A server, and a client that is run against it with its share of the tasks.
class Pair {
 public:
  // Starts the server, and nothing else.
  Pair(const Scenario& scenario, const Run& run, int index, Duration timeout);

  void start_client();
  ChildProcess& client() { return *client_; }
  const std::optional<SharedBoard>& board() const { return board_; }
  void end_server() { waitbench::end_server(server_, "server" + number_); }

  // Adds what both have on record. The tasks count on from `tasks_before`. Throws RunError if the
  // client, unless it was `cut_short`, did not end well.
  void collect(Run& run, int tasks_before, bool cut_short);

 private:
  std::vector<std::string> server_command(Duration timeout) const;
  void add_addresses(std::vector<std::string>& command) const;
  void add_board(std::vector<std::string>& command) const;
  void collect_server(Run& run, int tasks_before);
  std::vector<Event> client_events() const;
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
  std::optional<ChildProcess> client_;
};

Pair::Pair(const Scenario& scenario, const Run& run, int index, Duration timeout)
    : scenario_(scenario),
      model_(*run.model),
      server_model_(*run.server_model),
      share_(share_of(index, run.workload)),
      addresses_(run.fit.addresses),
      number_(run.workload.clients > 1 ? fmt::format(" {}", index + 1) : ""),
      server_files_(scenario.records_dir, "server" + number_),
      client_files_(scenario.records_dir, "client" + number_),
      board_(make_board(share_.tasks)),
      server_(server_command(timeout)) {}

std::vector<std::string> Pair::server_command(Duration timeout) const {
  std::vector<std::string> command{scenario_.bin_dir / "echo_server",
                                   "--model",
                                   std::string{server_model_.name},
                                   "--port",
                                   "0",
                                   "--response",
                                   to_argument(share_.response),
                                   "--idle-timeout",
                                   to_argument(std::min<Duration>(timeout, 24h))};
  add_addresses(command);
  server_files_.add_to(command);
  add_board(command);
  append(command, scenario_.server_options);
  return command;
}

void Pair::add_addresses(std::vector<std::string>& command) const {
  if (addresses_ > 1) command.insert(command.end(), {"--addresses", std::to_string(addresses_)});
}

void Pair::add_board(std::vector<std::string>& command) const {
  if (board_) command.insert(command.end(), {"--board", board_->path()});
}

void Pair::start_client() {
  const std::string address = wait_until_listening(server_, "server" + number_, scenario_);
  std::vector<std::string> command{scenario_.bin_dir / fmt::format("client_{}", model_.name),
                                   "--server",
                                   address,
                                   "--tasks",
                                   std::to_string(share_.tasks),
                                   "--threads",
                                   std::to_string(share_.threads),
                                   "--connect",
                                   to_argument(share_.connect),
                                   "--compute",
                                   to_argument(share_.compute),
                                   "--compute-kind",
                                   name_of(share_.compute_kind),
                                   "--quiet"};
  add_addresses(command);
  add_arrivals(share_, command);
  client_files_.add_to(command);
  add_board(command);
  append(command, scenario_.client_options);
  bring_into_memory(command.front());
  client_.emplace(command);
}

void append(std::vector<Event>& all, std::vector<Event> some, int tasks_before) {
  for (Event& event : some)
    if (event.task > 0) event.task += tasks_before;
  all.insert(all.end(), some.begin(), some.end());
  std::ranges::stable_sort(all, {}, &Event::time);
}

// Where tasks arrive over time, there is one client.
void add_client_events(Run& run, std::vector<Event> events, int tasks_before) {
  if (run.workload.arrivals) run.due = take_due_times(events);
  append(run.events, std::move(events), tasks_before);
}

void add(std::optional<ProcessUse>& all, const ProcessUse& one) {
  if (!all) all.emplace();
  *all += one;
}

void Pair::collect_server(Run& run, int tasks_before) {
  const Report report = server_files_.report();
  check_agreement("server" + number_, server_, report);
  append(run.server_events, server_files_.events(), tasks_before);
  add(run.server, use_of(server_, report));
}

// Of a client that was killed, or failed so badly that it left no file, those on the board.
std::vector<Event> Pair::client_events() const {
  if (client_files_.has_events() || client_->succeeded() || !board_) return client_files_.events();
  auto events = board_->events();
  std::erase_if(events, [](const Event& event) { return event.step > Step::finished; });
  return events;
}

void Pair::note_ending(Run& run, int tasks_before) const {
  const auto report = client_files_.report_if_any();
  run.client_end = {.exit_status = client_->exit_status(),
                    .signal = client_->signal(),
                    .said = first_line(client_->standard_error())};
  if (client_->exit_status() == exit_refused)
    run.refusal = {.tasks = tasks_before + (report ? report->started : 0)};
}

void Pair::collect(Run& run, int tasks_before, bool cut_short) {
  collect_server(run, tasks_before);
  if (cut_short) {
    add_client_events(run, client_events(), tasks_before);
    return;
  }
  note_ending(run, tasks_before);
  if (!client_->succeeded()) {
    try {
      add_client_events(run, client_events(), tasks_before);
    } catch (const std::exception&) {
      // It may have left anything.
    }
    throw RunError(run.refusal ? Status::refused : Status::failed,
                   complaint("client" + number_, *client_));
  }
  const Report report = client_files_.report();
  check_agreement("client" + number_, *client_, report);
  add_client_events(run, client_events(), tasks_before);
  std::ranges::copy(client_files_.handlers(), std::back_inserter(run.handlers));
  add(run.client, use_of(*client_, report));
}

// Starts all servers, then all clients, so that no client waits for another's server.
std::vector<std::unique_ptr<Pair>> start_pairs(const Scenario& scenario, const Run& run,
                                               Duration timeout) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < run.workload.clients; ++i)
    pairs.push_back(std::make_unique<Pair>(scenario, run, i, timeout));
  for (auto& pair : pairs) pair->start_client();
  return pairs;
}

// Returns whether all clients have ended by the deadline.
bool wait_for_clients(const Scenario& scenario, const Run& run,
                      std::span<const std::unique_ptr<Pair>> pairs, Clock::time_point deadline) {
  const auto look = [&] {
    const auto& board = pairs.front()->board();
    scenario.at_each_look(run.start, pairs.size() == 1 && board ? &*board : nullptr);
    if (pairs.size() == 1) return;  // it looks for itself
    for (const auto& pair : pairs) pair->client().look();
  };
  return std::ranges::all_of(pairs, [&](const auto& pair) {
    return wait_for_client(pair->client(), scenario, deadline, look);
  });
}

// Runs servers and clients, and fills `run` as far as it gets.
void run_children(const Scenario& scenario, Run& run) {
  const Duration timeout = scenario.timeout.value_or(
      std::chrono::duration_cast<Duration>(2 * run.predicted()) + patience);
  const auto pairs = start_pairs(scenario, run, timeout);
  run.start = pairs.front()->client().start();
  const bool in_time = wait_for_clients(scenario, run, pairs, run.start + timeout);
  if (!in_time) {
    run.cut_after = timeout;
    for (const auto& pair : pairs) pair->client().kill();
  }
  for (const auto& pair : pairs) pair->end_server();
  int tasks_before = 0;
  for (int i = 0; i < run.workload.clients; ++i) {
    pairs[static_cast<size_t>(i)]->collect(run, tasks_before, !in_time);
    tasks_before += share_of(i, run.workload).tasks;
  }
  if (!in_time)
    throw RunError(Status::timeout,
                   fmt::format("client: not done after {:.3g} s", Seconds{timeout}.count()));
}

// What is known not to work out is not tried.
void check_beforehand(const Scenario& scenario, Run& run) {
  const Limits limits = scenario.limits();
  run.fit = fit(*run.model, run.workload, limits);
  auto refusal = predict_refusal(*run.model, run.workload, limits);
  if (!refusal && scenario.longest_run && run.predicted() > *scenario.longest_run)
    refusal = {fmt::format("predicted to take {:.4g} s, and no run may take longer than {:.4g} s "
                           "(--longest-run)",
                           run.predicted().count(), Seconds{*scenario.longest_run}.count()),
               most_tasks_within(*run.model, run.workload, *scenario.longest_run)};
  if (!refusal) return;
  run.refusal = {.predicted = true, .tasks = refusal->tasks};
  throw RunError(Status::refused, "preflight: " + refusal->reason);
}

void evaluate(Run& run) {
  check_complete(run.events, run.workload.tasks);
  check_arrivals(run.workload, run.due, run.events);
  const auto finished = std::ranges::max(run.events, {}, &Event::time);
  run.makespan = finished.time - run.start;
  run.structure = structure_of(run.events);
  run.verdict = judge(*run.model, run.workload, run.events, run.server_events);
  if (run.workload.arrivals)
    run.latencies = latencies_of(*run.model, run.workload, run.due, run.events);
  run.status = Status::ok;
}

}  // namespace

std::optional<Run> Scenario::run(const Model& model, const Workload& workload, int repetition,
                                 const Server& server) const {
  Run run{.model = &model, .server_model = &server, .workload = workload, .repetition = repetition};
  try {
    check_beforehand(*this, run);
    run_children(*this, run);
    evaluate(run);
  } catch (const Interrupted&) {
    return std::nullopt;
  } catch (const RunError& error) {
    run.status = error.status;
    run.message = error.what();
  } catch (const std::exception& error) {
    run.message = error.what();
  }
  return run;
}

}  // namespace waitbench
