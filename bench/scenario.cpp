// Start the server, start the client, wait, collect.
#include "bench/scenario.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/child_process.hpp"

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

// The files that a child leaves, removed before and after.
class Records {
 public:
  Records(const std::filesystem::path& directory, const std::string& who)
      : events_(directory / (who + ".csv")),
        resources_(directory / (who + ".json")),
        handlers_(handlers_file_beside(events_)) {
    remove_files();
  }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  ~Records() { remove_files(); }

  void add_to(std::vector<std::string>& command) const {
    command.insert(command.end(), {"--events", events_, "--resources", resources_});
  }

  std::vector<Event> events() const {
    auto events = read_csv(events_);
    std::ranges::stable_sort(events, {}, &Event::time);
    return events;
  }

  std::vector<HandlerEvent> handlers() const { return read_handlers(handlers_); }

  std::int64_t peak_rss_bytes() const {
    std::ifstream in{resources_};
    const auto resources = nlohmann::json::parse(in, nullptr, /* allow_exceptions = */ false);
    const auto peak = resources.is_object() ? resources.find("peak_rss_bytes") : resources.end();
    if (peak == resources.end() || !peak->is_number_integer())
      throw std::runtime_error(resources_.string() + ": no peak_rss_bytes in it");
    return *peak;
  }

 private:
  void remove_files() const {
    std::error_code ignored;  // a file that is not there is as good as removed
    for (const auto& file : {events_, resources_, handlers_})
      std::filesystem::remove(file, ignored);
  }

  std::filesystem::path events_;
  std::filesystem::path resources_;
  std::filesystem::path handlers_;  // only a tracked client leaves it
};

ProcessUse use_of(const ChildProcess& child, const Records& records) {
  const rusage& usage = child.usage();
  return {.user_s = seconds(usage.ru_utime),
          .system_s = seconds(usage.ru_stime),
          .peak_rss_bytes = records.peak_rss_bytes(),
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

Status status_of_failure(const ChildProcess& client) {
  return client.standard_error().find(": refused: ") != std::string::npos ? Status::refused
                                                                          : Status::failed;
}

// The address out of the server's first line.
std::string wait_until_listening(ChildProcess& server, const Scenario& scenario) {
  const auto end = server.wait_for_line(
      {.deadline = Clock::now() + patience, .interrupted = scenario.interrupted});
  if (end == WaitEnd::interrupted) throw Interrupted{};
  constexpr std::string_view announcement = "listening on ";
  const std::string line = first_line(server.standard_output());
  if (end == WaitEnd::deadline)
    throw RunError(Status::failed,
                   fmt::format("server: did not say where it listens within {}", patience));
  if (line.empty()) throw RunError(Status::failed, complaint("server", server));
  if (!line.starts_with(announcement))
    throw RunError(Status::failed,
                   fmt::format("server: said '{:.60}' instead of where it listens", line));
  return line.substr(announcement.size());
}

void wait_for_client(ChildProcess& client, const Scenario& scenario, Clock::time_point start,
                     Duration timeout) {
  const auto end = client.wait({.deadline = start + timeout,
                                .interrupted = scenario.interrupted,
                                .at_each_look = [&] { scenario.at_each_look(start); }});
  if (end == WaitEnd::interrupted) throw Interrupted{};
  if (end == WaitEnd::deadline)
    throw RunError(Status::timeout,
                   fmt::format("client: not done after {:.3g} s", Seconds{timeout}.count()));
}

void end_server(ChildProcess& server) {
  server.terminate();
  if (server.wait({.deadline = Clock::now() + patience}) == WaitEnd::deadline)
    throw RunError(Status::failed, "server: does not end when it is told to");
  if (!server.succeeded()) throw RunError(Status::failed, complaint("server", server));
}

// Reads a program, so that it is in the system's cache when it is started: what the disk takes is
// no model's overhead. One that can't be read fails to start, too, and is told of then.
void bring_into_memory(const std::filesystem::path& program) {
  std::ifstream file{program, std::ios::binary};
  std::array<char, 65536> part;
  while (file.read(part.data(), part.size())) continue;
}

void add_board(const Scenario& scenario, std::vector<std::string>& command) {
  if (!scenario.board.empty()) command.insert(command.end(), {"--board", scenario.board});
}

void add_arrivals(const Workload& w, std::vector<std::string>& command) {
  if (w.arrivals)
    command.insert(command.end(),
                   {"--arrival-rate", fmt::format("{}", w.arrivals->rate), "--arrivals",
                    name_of(w.arrivals->kind), "--seed", std::to_string(w.arrivals->seed)});
}

// Runs server and client, and fills `run` as far as it gets.
void run_children(const Scenario& scenario, Run& run) {
  const Workload& w = run.workload;
  const Duration timeout = scenario.timeout.value_or(
      std::chrono::duration_cast<Duration>(2 * run.predicted()) + patience);

  const Records server_records{scenario.records_dir, "server"};
  std::vector<std::string> server_command{scenario.bin_dir / "echo_server",
                                          "--port",
                                          "0",
                                          "--delay",
                                          to_argument(w.response),
                                          "--idle-timeout",
                                          to_argument(std::min<Duration>(timeout, 24h))};
  server_records.add_to(server_command);
  add_board(scenario, server_command);
  ChildProcess server{server_command};
  const std::string address = wait_until_listening(server, scenario);

  const Records client_records{scenario.records_dir, "client"};
  std::vector<std::string> client_command{
      scenario.bin_dir / fmt::format("client_{}", run.model->name),
      "--server",
      address,
      "--tasks",
      std::to_string(w.tasks),
      "--threads",
      std::to_string(w.threads),
      "--connect",
      to_argument(w.connect),
      "--compute-time",
      to_argument(w.compute),
      "--compute",
      name_of(w.compute_kind),
      "--quiet"};
  add_arrivals(w, client_command);
  client_records.add_to(client_command);
  add_board(scenario, client_command);
  bring_into_memory(client_command.front());
  ChildProcess client{client_command};
  run.start = client.start();
  wait_for_client(client, scenario, run.start, timeout);
  end_server(server);
  run.server_events = server_records.events();
  run.server = use_of(server, server_records);

  if (!client.succeeded()) throw RunError(status_of_failure(client), complaint("client", client));
  run.events = client_records.events();
  run.due = take_due_times(run.events);
  run.handlers = client_records.handlers();
  run.client = use_of(client, client_records);
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

std::optional<Run> Scenario::run(const Model& model, const Workload& workload,
                                 int repetition) const {
  Run run{.model = &model, .workload = workload, .repetition = repetition};
  try {
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
