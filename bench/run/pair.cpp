// Starts the programs with their options, and says what is wrong with how they ended.
#include "bench/run/pair.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

#include "bench/records/evidence.hpp"
#include "bench/records/latency.hpp"
#include "record/ending.hpp"
#include "support/printable.hpp"
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

// Of a server that did not end well.
Status status_of(const ChildProcess& server) {
  return server.exit_status() == exit_refused ? Status::refused : Status::failed;
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
    throw RunError(Status::failed, fmt::format("{}: did not say where it listens within {:g} s",
                                               who, Seconds{patience}.count()));
  if (line.empty()) throw RunError(status_of(server), complaint(who, server));
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

// The program that somebody brought, or else ours.
std::string program_or(std::string_view own, const std::filesystem::path& ours) {
  return own.empty() ? ours.string() : std::string{own};
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
      addresses_(run.addresses),
      number_(run.workload.clients > 1 ? fmt::format(" {}", index + 1) : ""),
      server_files_(scenario.records_dir, "server" + number_),
      client_files_(scenario.records_dir, "client" + number_),
      board_(make_board(share_.tasks)),
      server_(server_command(timeout)) {}

void Pair::end_server() {
  const std::string who = "server" + number_;
  server_.terminate();
  const auto end =
      server_.wait({.deadline = Clock::now() + patience, .interrupted = scenario_.interrupted});
  if (end == WaitEnd::interrupted) throw Interrupted{};
  if (end == WaitEnd::deadline)
    throw RunError(Status::failed, who + ": does not end when it is told to");
  if (!server_.succeeded()) throw RunError(status_of(server_), complaint(who, server_));
}

std::vector<std::string> Pair::server_command(Duration timeout) const {
  const bool is_own = !server_model_.program.empty();
  std::vector<std::string> command{
      program_or(server_model_.program, scenario_.bin_dir / "echo_server"),
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--response",
      to_argument(share_.response),
      "--threads",
      std::to_string(share_.server_threads)};
  server_files_.add_to(command);
  if (is_own) return command;  // it is told no more
  append(command, {"--model", std::string{server_model_.name}, "--idle-timeout",
                   to_argument(std::min<Duration>(timeout, 24h))});
  add_addresses(command);
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
  const bool is_own = !model_.program.empty();
  std::vector<std::string> command{
      program_or(model_.program, scenario_.bin_dir / fmt::format("client_{}", model_.name)),
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
  client_files_.add_to(command);
  if (!is_own) {  // which is told no more
    add_addresses(command);
    if (share_.uneven != 1) append(command, {"--uneven", fmt::format("{}", share_.uneven)});
    add_arrivals(share_, command);
    add_board(command);
    append(command, scenario_.client_options);
  }
  bring_into_memory(command.front());
  client_.emplace(command);
}

void Pair::look() {
  client_->look();
  server_.look();
  if (!client_->has_ended()) threads_.look(client_->pid());
}

void Pair::collect_server(Run& run) {
  const Report report = server_files_.report();
  check_agreement("server" + number_, server_, report);
  add(run.server, use_of(server_, report));
  accepted_ = report.started;
}

// Of a client that was killed, or failed so badly that it left no file, those on the board.
std::vector<Event> Pair::client_events() const {
  if (client_files_.has_events() || client_->succeeded() || !board_)
    return client_files_.events(share_.tasks);
  auto events = board_->events();
  std::erase_if(events, [](const Event& event) { return event.step > Step::finished; });
  return events;
}

// Of a client that did not end well, which may have left anything.
std::vector<Event> Pair::client_events_if_any() const {
  try {
    return client_events();
  } catch (const std::exception&) {
    return {};
  }
}

// Adds what can have happened. What is wrong with the rest is in run.doubt.
void Pair::collect_events(Run& run, std::vector<Event> events, int tasks_before) {
  std::ranges::stable_sort(events, {}, &Event::time);
  if (share_.arrivals) run.due = take_due_times(events);  // then there is one client
  auto doubt = remove_impossible(events, share_.tasks, {client_->start(), client_->reaped()});
  const auto connections = tell_apart(server_files_.events(share_.tasks), events, share_,
                                      {server_.start(), server_.reaped()});
  if (!doubt) doubt = contradiction(events, connections, share_, threads_.samples());
  if (doubt) run.doubt = "its records can't be true: " + *doubt;
  if (run.workload.clients == 1)
    run.cpu.assign(threads_.cpu_samples().begin(), threads_.cpu_samples().end());
  const auto own =
      static_cast<int>(std::ranges::count(connections.of_tasks, Step::accepted, &Event::step));
  if (run.doubt.empty() && accepted_ < own)
    run.doubt = fmt::format("the server reports {} connections, and {} of the tasks' are on record",
                            accepted_, own);
  run.strangers += std::max(0, accepted_ - own);
  append(run.events, std::move(events), tasks_before);
  append(run.server_events, connections.of_tasks, tasks_before);
}

// The system kills a process of a control group that has used up its memory.
bool Pair::ran_out_of_memory(const Run& run) const {
  return client_->signal() == SIGKILL && run.kernel && run.kernel->oom_kills > 0;
}

void Pair::note_ending(Run& run, int tasks_before) const {
  const auto report = client_files_.report_if_any();
  run.client_end = {.exit_status = client_->exit_status(),
                    .signal = client_->signal(),
                    .said = printable(first_line(client_->standard_error())),
                    .time = client_->reaped()};
  if (client_->exit_status() == exit_refused || ran_out_of_memory(run))
    run.refusal = {.tasks =
                       tasks_before + std::clamp(report ? report->started : 0, 0, share_.tasks)};
}

void Pair::collect(Run& run, int tasks_before, bool cut_short) {
  const std::string who = "client" + number_;
  collect_server(run);
  if (cut_short || !client_->succeeded()) {
    collect_events(run, client_events_if_any(), tasks_before);
    if (cut_short) return;
    note_ending(run, tasks_before);
    throw RunError(
        run.refusal ? Status::refused : Status::failed,
        complaint(who, *client_) + (ran_out_of_memory(run) ? ", for lack of memory" : ""));
  }
  note_ending(run, tasks_before);
  const Report report = client_files_.report();
  check_agreement(who, *client_, report);
  collect_events(run, client_events(), tasks_before);
  if (!run.doubt.empty()) throw RunError(Status::failed, fmt::format("{}: {}", who, run.doubt));
  std::ranges::copy(client_files_.handlers(), std::back_inserter(run.handlers));
  add(run.client, use_of(*client_, report));
}

}  // namespace waitbench
