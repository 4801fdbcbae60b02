// Starts this program as a side or an attempt, reads the record that it leaves, and is that side.
#include "pitfalls/runner/own_process.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "pitfalls/runner/watchdog.hpp"
#include "support/child_process.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

namespace waitbench::pitfalls {
namespace {

// --- Whoever starts a side -----------------------------------------------------------------------

// The options are declared in program.cpp.
std::vector<std::string> command_for(const Role& role) {
  std::vector<std::string> command{"/proc/self/exe", "--side", std::string{name_of(role.side)},
                                   std::string{role.pitfall->name}};
  if (!role.attempt.empty()) command.insert(command.end(), {"--attempt", role.attempt});
  command.insert(command.end(), {"--report", role.files.report, "--events", role.files.events});
  return command;
}

int exit_status_of(Ending ending) {
  return ending == Ending::finished ? exit_ok : exit_failed;
}

// What the process told, if its exit status says the same; else how it ended.
Told heard_from(const ChildProcess& child, const RecordFiles& files) {
  if (std::filesystem::exists(files.report)) {
    Told told = read_record(files);
    if (child.exit_status() == exit_status_of(told.ending)) return told;
  }
  return {.message = child.signal() ? child.ending() : "ended with " + child.ending()};
}

// The files go into a directory in `place`.
Told run_child(Role role, const std::filesystem::path& place, const Limits& limits) {
  const TemporaryDirectory directory{place};
  role.files = {directory.path() / "report.json", directory.path() / "events.csv"};
  const auto start = Clock::now();
  ChildProcess child{command_for(role)};
  const auto end =
      child.wait({.deadline = start + limits.at_most, .interrupted = limits.interrupted});
  if (end != ChildProcess::WaitEnd::done) child.kill();
  const Duration took = Clock::now() - start;
  if (end == ChildProcess::WaitEnd::interrupted) throw Interrupted{};

  tell(child.standard_error());
  const std::chrono::duration<double> at_most = limits.at_most;
  Told told = end == ChildProcess::WaitEnd::done
                  ? heard_from(child, role.files)
                  : Told{.message = fmt::format("it had not ended after {:g} s", at_most.count())};
  told.took = took;
  return told;
}

// --- The process of a side -----------------------------------------------------------------------

// What this process was started for.
Role own_role;

// What goes wrong is told by the record, not on standard error.
int run_and_leave_record(const Body& body) {
  TimeLine line;
  Told told{.ending = Ending::finished, .start = Clock::now()};
  {
    const Watchdog watchdog{
        line, [&line, start = told.start] {
          write_record(own_role.files,
                       {.ending = Ending::halted, .start = start, .stretches = line.stretches()});
          _exit(exit_failed);  // its threads would be waited for
        }};
    try {
      told.outcome = body(line);
    } catch (const std::exception& error) {
      told.ending = Ending::failed;
      told.message = error.what();
    }
  }
  told.stretches = line.stretches();
  write_record(own_role.files, told);
  return exit_status_of(told.ending);
}

}  // namespace

Told run_apart(const Pitfall& pitfall, Side side, const Limits& limits) {
  return run_child({.pitfall = &pitfall, .side = side}, std::filesystem::temp_directory_path(),
                   limits);
}

int run_here(const Role& role) {
  own_role = role;
  const auto body = role.side == Side::broken ? role.pitfall->broken : role.pitfall->fixed;
  if (role.attempt.empty()) return run_and_leave_record(body);
  TimeLine unread;
  body(unread);  // the attempt ends the process
  throw std::runtime_error("no attempt is called '" + role.attempt + "'");
}

Told run_apart(const std::string& what, const Body& body) {
  if (own_role.attempt == what) std::exit(run_and_leave_record(body));
  if (!own_role.attempt.empty()) return {.ending = Ending::finished};  // another process's
  Role role = own_role;
  role.attempt = what;
  // Beside the side's own files: whoever ends the side removes both.
  return run_child(role, own_role.files.report.parent_path(), {});
}

Told attempt(TimeLine& line, const std::string& what, const Body& body) {
  const auto attempting = line.holding(what);
  Told told = run_apart(what, body);
  if (told.ending == Ending::failed) throw std::runtime_error(what + ": " + told.message);
  line.add(told.stretches);
  return told;
}

}  // namespace waitbench::pitfalls
