// Starts the programs with their options, and says what is wrong with how they ended.
#include "bench/run/pair.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "record/ending.hpp"
#include "support/program.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;
using WaitEnd = ChildProcess::WaitEnd;

std::string to_argument(Duration duration) {
  return fmt::format("{}ns", duration.count());
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

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

}  // namespace

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

void Pair::end_server() {
  const std::string who = "server" + number_;
  server_.terminate();
  if (server_.wait({.deadline = Clock::now() + patience}) == WaitEnd::deadline)
    throw RunError(Status::failed, who + ": does not end when it is told to");
  if (!server_.succeeded()) throw RunError(Status::failed, complaint(who, server_));
}

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

}  // namespace waitbench
