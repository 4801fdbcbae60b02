// Reads the command line, runs the pitfalls that it names, tells their stories, and writes the
// file.
#include "pitfalls/runner/program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <ranges>
#include <span>
#include <stdexcept>

#include "pitfalls/runner/json.hpp"
#include "pitfalls/runner/story.hpp"
#include "support/command_line.hpp"
#include "support/interruption.hpp"
#include "support/whole_file.hpp"

namespace waitbench::pitfalls {
namespace {

struct PitfallOptions {
  std::vector<const Pitfall*> chosen;
  std::optional<Side> only;
  std::filesystem::path json;
  bool list = false;
  bool ask = false;
  bool as_side = false;
  Role role;  // as a side
};

// In the order given, each once; all of the table if none is named.
std::vector<const Pitfall*> choose_pitfalls(Table table, const std::vector<std::string>& names) {
  std::vector<const Pitfall*> chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(table, name, &Pitfall::name);
    if (found == table.end())
      throw CLI::ValidationError(
          "NAME", fmt::format("'{:.60}' is none of {}", name,
                              fmt::join(table | std::views::transform(&Pitfall::name), ", ")));
    if (std::ranges::find(chosen, *found) == chosen.end()) chosen.push_back(*found);
  }
  if (names.empty()) chosen.assign(table.begin(), table.end());
  return chosen;
}

Side parse_side(std::string_view text) {
  for (const Side side : {Side::broken, Side::fixed})
    if (text == name_of(side)) return side;
  throw std::invalid_argument(fmt::format("'{:.60}' is neither broken nor fixed", text));
}

std::optional<Side> parse_only(std::string_view text) {
  return parse_side(text);
}

// What the program starts itself with, as own_process.cpp has it.
void add_role(CLI::App& app, Role& role) {
  add_parsed(app, "--side", role.side, &parse_side, "Be this side of NAME, and nothing else")
      ->type_name("broken|fixed");
  app.add_option("--attempt", role.attempt, "Be this attempt within the side");
  app.add_option("--report", role.files.report, "Write how it ended and what it found (JSON)")
      ->required()
      ->type_name("FILE");
  app.add_option("--events", role.files.events, "Write what happened when, on which thread (CSV)")
      ->required()
      ->type_name("FILE");
}

std::optional<int> parse_options(Table table, int argc, char** argv, PitfallOptions& options) {
  CLI::App app{"Runs what goes wrong in practice, each with its symptom measured and its cure.",
               "pitfalls"};
  std::vector<std::string> names;
  app.add_option("NAME", names, "Which pitfalls to run, by default all; see --list");
  app.add_flag("--list", options.list, "List the pitfalls, with symptom and cure, and end");
  add_parsed(app, "--only", options.only, &parse_only, "Run only this side of each")
      ->type_name("broken|fixed");
  app.add_flag("--ask", options.ask,
               "Tell what one would expect, and wait for Enter before what happened");
  app.add_option("--json", options.json, "Also write everything, time lines included (JSON)")
      ->type_name("FILE");
  // Only where asked for: --help, for people, does not tell of it.
  options.as_side =
      std::ranges::any_of(std::span{argv, static_cast<size_t>(argc)},
                          [](std::string_view argument) { return argument.starts_with("--side"); });
  if (options.as_side) add_role(app, options.role);
  app.parse_complete_callback([&] {
    options.chosen = choose_pitfalls(table, names);
    if (options.as_side && names.size() != 1)
      throw CLI::ValidationError("--side", "needs the NAME of one pitfall");
    options.role.pitfall = options.chosen.front();
  });
  return parse_command_line(app, argc, argv);
}

// The end of standard input answers everything. Throws Interrupted.
void wait_for_enter(const Limits& limits) {
  read_line(limits.interrupted);
  if (limits.interrupted()) throw Interrupted{};
}

int run_pitfalls(const PitfallOptions& options, const Limits& limits) {
  std::vector<PitfallRun> runs;
  for (const Pitfall* pitfall : options.chosen) {
    if (!runs.empty()) print("\n");
    print(expectation_of(*pitfall));
    if (options.ask) {
      print("\n  Is that what happens? Say what you think, and press Enter.\n");
      wait_for_enter(limits);
    }
    runs.push_back(run(*pitfall, options.only, limits));
    print(story_of(runs.back()));
  }
  if (!options.json.empty()) write_whole(options.json, to_json(runs).dump(1) + "\n");

  int exit_code = exit_ok;
  for (const PitfallRun& run : runs) {
    const auto verdict = verdict_of(run);
    if (verdict.empty()) continue;
    tell_error("pitfalls", fmt::format("{}: {}", run.pitfall->name, verdict));
    exit_code = exit_failed;
  }
  return exit_code;
}

// A signal ends this program as it ends any other, but the children and their files go first.
int run_until_interrupted(const PitfallOptions& options) {
  int signal = 0;
  {
    Interruption interruption;
    try {
      return run_pitfalls(options, {.interrupted = [&] { return interruption.requested(); }});
    } catch (const Interrupted&) {
      signal = interruption.signal();
    }
  }
  std::signal(signal, SIG_DFL);  // in the background of a script it is ignored
  std::raise(signal);
  return exit_failed;
}

}  // namespace

int run_program_on(Table table, int argc, char** argv) {
  return run_program("pitfalls", [&] {
    PitfallOptions options;
    if (const auto exit_code = parse_options(table, argc, argv, options)) return *exit_code;
    if (options.as_side) return run_here(options.role);
    if (!options.list) return run_until_interrupted(options);
    for (const Pitfall* pitfall : table) print(entry_of(*pitfall));
    return exit_ok;
  });
}

}  // namespace waitbench::pitfalls
