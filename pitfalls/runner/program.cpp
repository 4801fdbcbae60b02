// pitfalls: runs what goes wrong in practice, and its cure beside it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <stdexcept>

#include "pitfalls/runner/json.hpp"
#include "pitfalls/runner/story.hpp"
#include "pitfalls/table.hpp"
#include "support/command_line.hpp"
#include "support/whole_file.hpp"

namespace waitbench::pitfalls {
namespace {

struct PitfallOptions {
  std::vector<const Pitfall*> chosen;
  Sides sides = Sides::both;
  std::filesystem::path json;
  bool list = false;
};

// In the order given, each once; all of them if none is named.
std::vector<const Pitfall*> choose_pitfalls(const std::vector<std::string>& names) {
  std::vector<const Pitfall*> chosen;
  for (const std::string& name : names) {
    const Pitfall* pitfall = find_pitfall(name);
    if (!pitfall)
      throw CLI::ValidationError(
          "NAME",
          fmt::format("'{:.60}' is none of {}", name,
                      fmt::join(all_pitfalls | std::views::transform(&Pitfall::name), ", ")));
    if (std::ranges::find(chosen, pitfall) == chosen.end()) chosen.push_back(pitfall);
  }
  if (names.empty()) chosen.assign(all_pitfalls.begin(), all_pitfalls.end());
  return chosen;
}

Sides parse_sides(std::string_view text) {
  if (text == "broken") return Sides::broken;
  if (text == "fixed") return Sides::fixed;
  throw std::invalid_argument(fmt::format("'{:.60}' is neither broken nor fixed", text));
}

std::optional<int> parse_options(int argc, char** argv, PitfallOptions& options) {
  CLI::App app{"Runs what goes wrong in practice, each with its symptom measured and its cure.",
               "pitfalls"};
  std::vector<std::string> names;
  app.add_option("NAME", names, "Which pitfalls to run, by default all; see --list");
  app.add_flag("--list", options.list, "List the pitfalls, with symptom and cure, and end");
  add_parsed(app, "--only", options.sides, &parse_sides, "Run only this side of each")
      ->type_name("broken|fixed");
  app.add_option("--json", options.json, "Also write everything, time lines included (JSON)")
      ->type_name("FILE");
  app.parse_complete_callback([&] { options.chosen = choose_pitfalls(names); });
  return parse_command_line(app, argc, argv);
}

int run_pitfalls(const PitfallOptions& options) {
  std::vector<PitfallRun> runs;
  for (const Pitfall* pitfall : options.chosen) {
    if (!runs.empty()) fmt::print("\n");
    runs.push_back(run(*pitfall, options.sides));
    fmt::print("{}", story_of(runs.back()));
    std::fflush(stdout);  // each is read while the next runs
  }
  if (!options.json.empty()) write_whole(options.json, to_json(runs).dump(1) + "\n");

  int exit_code = exit_ok;
  for (const PitfallRun& run : runs) {
    const auto verdict = verdict_of(run);
    if (verdict.empty()) continue;
    fmt::print(stderr, "pitfalls: {}: {}\n", run.pitfall->name, verdict);
    exit_code = exit_failed;
  }
  return exit_code;
}

}  // namespace
}  // namespace waitbench::pitfalls

int main(int argc, char** argv) {
  using namespace waitbench;
  using namespace waitbench::pitfalls;
  return run_program("pitfalls", [&] {
    PitfallOptions options;
    if (const auto exit_code = parse_options(argc, argv, options)) return *exit_code;
    if (options.list) {
      fmt::print("{}", list_of_pitfalls());
      return exit_ok;
    }
    return run_pitfalls(options);
  });
}
