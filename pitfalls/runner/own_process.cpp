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

// Why there is no record; nothing if there is one.
std::string why_no_record(const ChildProcess& child, const Role& role) {
  if (child.signal()) return child.ending();
  const int status = *child.exit_status();
  const bool told = status == exit_ok || status == exit_failed;
  return told && std::filesystem::exists(role.files.report) ? "" : "ended with " + child.ending();
}

// The files go into a directory in `place`.
Told start(Role role, const std::filesystem::path& place, const Limits& limits) {
  const TemporaryDirectory directory{place};
  role.files = {directory.path() / "report.json", directory.path() / "events.csv"};
  Told told{.start = Clock::now()};
  ChildProcess child{command_for(role)};
  const auto end =
      child.wait({.deadline = told.start + limits.at_most, .interrupted = limits.interrupted});
  if (end != ChildProcess::WaitEnd::done) child.kill();
  const Duration took = Clock::now() - told.start;
  if (end == ChildProcess::WaitEnd::interrupted) throw Interrupted{};

  fmt::print(stderr, "{}", child.standard_error());
  told.message = end == ChildProcess::WaitEnd::deadline
                     ? fmt::format("it had not ended after {:g} s",
                                   std::chrono::duration<double>{limits.at_most}.count())
                     : why_no_record(child, role);
  if (told.message.empty()) told = read_record(role.files);
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
  return told.ending == Ending::finished ? exit_ok : exit_failed;
}

}  // namespace

Told run_apart(const Pitfall& pitfall, Side side, const Limits& limits) {
  return start({.pitfall = &pitfall, .side = side}, std::filesystem::temp_directory_path(), limits);
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
  return start(role, own_role.files.report.parent_path(), {});  // gone with what the side leaves
}

Told attempt(TimeLine& line, const std::string& what, const Body& body) {
  const auto attempting = line.holding(what);
  Told told = run_apart(what, body);
  if (told.ending == Ending::failed) throw std::runtime_error(what + ": " + told.message);
  line.add(told.stretches);
  return told;
}

}  // namespace waitbench::pitfalls
