// Declares and reads the harness's command line.
#include "bench/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <ranges>

#include "bench/models/built.hpp"
#include "bench/run/preflight.hpp"
#include "support/command_line.hpp"
#include "task/workload_options.hpp"

namespace waitbench {
namespace {

constexpr std::string_view benchmark_prefix = "--benchmark_";

// The library shuffles repetitions with a seed that it keeps to itself, so the harness repeats.
constexpr auto repetitions_flag = "--benchmark_repetitions";

constexpr auto recipe_extension = ".ini";

std::string names_of_models() {
  return fmt::format("{}", fmt::join(models | std::views::transform(&Model::name), ", "));
}

// "core", "all", or names. What can't be built here is left out of "all", and refused by name.
std::vector<const Model*> choose_models(const std::vector<std::string>& names,
                                        const std::filesystem::path& bin_dir) {
  std::vector<const Model*> chosen;
  const auto add = [&](std::string_view name) {
    const Model* model = find_model(name);
    if (!model)
      throw CLI::ValidationError("--models", fmt::format("'{}' is neither core, all, nor one of {}",
                                                         name, names_of_models()));
    if (!is_built(*model, bin_dir))
      throw CLI::ValidationError("--models", fmt::format("{} is {}", name, why_not_built(*model)));
    if (std::ranges::find(chosen, model) == chosen.end()) chosen.push_back(model);
  };
  for (const std::string& name : names) {
    if (name == "core")
      std::ranges::for_each(core_models, add);
    else if (name == "all")
      for (const Model& model : models) {
        if (is_built(model, bin_dir))
          add(model.name);
        else
          fmt::print(stderr, "waitbench: leaving out {}: {}\n", model.name, why_not_built(model));
      }
    else
      add(name);
  }
  return chosen;
}

std::vector<const Server*> choose_servers(const std::vector<std::string>& names) {
  std::vector<const Server*> chosen;
  const auto add = [&](const Server& server) {
    if (std::ranges::find(chosen, &server) == chosen.end()) chosen.push_back(&server);
  };
  for (const std::string& name : names) {
    if (name == "all") {
      std::ranges::for_each(servers, add);
      continue;
    }
    const Server* server = find_server(name);
    if (!server)
      throw CLI::ValidationError(
          "--servers",
          fmt::format("'{}' is neither all nor one of {}", name,
                      fmt::join(servers | std::views::transform(&Server::name), ", ")));
    add(*server);
  }
  return chosen;
}

Duration scale(Duration duration, double factor) {
  return std::chrono::round<Duration>(Seconds{duration} * factor);
}

Workload scale(Workload workload, double factor) {
  for (Duration* stage : {&workload.connect, &workload.response, &workload.compute})
    *stage = scale(*stage, factor);
  return workload;
}

// A way to arrive for each rate; where there is no rate, that of all tasks being there already.
std::vector<std::optional<Arrivals>> loads_of(const std::vector<std::string>& rates,
                                              ArrivalKind kind, std::uint32_t seed) {
  std::vector<std::optional<Arrivals>> loads;
  for (const std::string& text : rates) try {
      const Arrivals arrivals{.rate = parse_rate(text), .kind = kind, .seed = seed};
      if (std::ranges::find(loads, arrivals) == loads.end()) loads.emplace_back(arrivals);
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError("--arrival-rate", error.what());
    }
  if (loads.empty()) loads.emplace_back();
  return loads;
}

void check_predictable(const Workload& workload) {
  if (workload.compute_kind == ComputeKind::burn)
    throw CLI::ValidationError(
        "--arrival-rate",
        "only with --compute-kind hold: how tasks that arrive over time share the"
        " cores with --compute-kind burn is not predicted");
}

// The names of the recipes that come with the suite; none where its source has been moved away.
std::vector<std::string> names_of_recipes() {
  std::vector<std::string> names;
  std::error_code moved_away;
  for (const auto& entry : std::filesystem::directory_iterator{RECIPES_DIR, moved_away})
    if (entry.path().extension() == recipe_extension) names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

// The file of a recipe that is named by its name or by its path.
std::string find_recipe(const std::string& name) {
  const auto names = names_of_recipes();
  if (std::ranges::find(names, name) != names.end())
    return std::filesystem::path{RECIPES_DIR} / (name + recipe_extension);
  if (std::filesystem::is_regular_file(name)) return name;
  throw CLI::ValidationError(
      fmt::format("'{}' is no file, and none of {}", name, fmt::join(names, ", ")));
}

// What the command line says, option by option.
struct Given {
  Workload workload;
  std::vector<std::string> models{"core"};
  std::vector<std::string> servers{std::string{waitbench::servers.front().name}};
  std::vector<int> tasks{workload.tasks};
  std::vector<int> threads{workload.threads};
  std::vector<std::string> rates;
  ArrivalKind arrival_kind{};
  bool split = false;
  double time_scale = 1;
  Duration timeout{};
  Duration longest_run{};
  bool no_live = false;
};

// One for each combination of what is listed.
std::vector<Workload> workloads_of(const Given& given, std::uint32_t seed) {
  const Limits limits = read_limits();
  const auto loads = loads_of(given.rates, given.arrival_kind, seed);
  if (!given.rates.empty()) check_predictable(given.workload);
  std::vector<Workload> workloads;
  for (const int tasks : given.tasks)
    for (const int threads : given.threads)
      for (const auto& arrivals : loads) {
        if (arrivals) check_rate(arrivals->rate, tasks);
        Workload& workload = workloads.emplace_back(scale(given.workload, given.time_scale));
        workload.tasks = tasks;
        workload.threads = threads;
        workload.clients = given.split ? clients_needed(tasks, limits) : 1;
        workload.arrivals = arrivals;
      }
  return workloads;
}

void add_workload_options(CLI::App& app, Given& given) {
  app.add_option("--models", given.models, "Which models to run; see --list")
      ->delimiter(',')
      ->type_name("core|all|NAME,...")
      ->default_str("core");
  app.add_option("--servers", given.servers, "Which servers to run them against; see --list")
      ->delimiter(',')
      ->type_name("all|NAME,...")
      ->default_str("coroutines");
  app.add_option("--tasks", given.tasks, "How many tasks; several numbers make a sweep")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000'000))
      ->type_name("N,...")
      ->default_str("3");
  app.add_option("--threads", given.threads,
                 "Worker threads, for the models with a fixed number of them; several make a sweep")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000))
      ->type_name("T,...")
      ->capture_default_str();
  auto* split =
      app.add_flag("--split", given.split,
                   "Split the tasks over several clients and servers where the descriptors of one "
                   "process are too few");
  add_compute_options(app, given.workload);
  add_duration(app, "--response", given.workload.response,
               "How long the server waits before it answers");
  app.add_option("--time-scale", given.time_scale, "Multiplies connect, response and compute")
      ->check(CLI::Range(1e-6, 1e3))
      ->type_name("F")
      ->capture_default_str();
  auto* rates =
      app.add_option("--arrival-rate", given.rates,
                     "Tasks arrive at this rate, instead of being there from the beginning, and "
                     "latency counts from when each was due; --tasks should be well over 100. "
                     "Several rates make a sweep")
          ->delimiter(',')
          ->type_name("TASKS/S,...")
          ->excludes(split);  // each client would have a load of its own
  add_arrival_kind(app, given.arrival_kind, rates);
}

void add_run_options(CLI::App& app, Given& given, HarnessOptions& options) {
  add_count(app, fmt::format("--repetitions,{}", repetitions_flag), options.repetitions, 1, 100'000,
            "How often to run each model; several interleave in random order");
  add_count(app, "--warmup", options.warmup, 0, 1000,
            "Rounds of runs before the measured ones; recorded, but kept apart");
  add_seed(app, options.seed, "Seed for run order and arrivals; reuse it to repeat a run")
      ->default_str("a random one; results.json tells it");
  add_duration(app, "--timeout", given.timeout, "Give up on a run after this long")
      ->default_str("twice the prediction and 20 s");
  add_duration(app, "--longest-run", given.longest_run,
               "Refuse runs that are predicted to take longer")
      ->default_str("no limit");
  app.add_option("--bin-dir", options.bin_dir, "Where echo_server and the clients lie")
      ->type_name("DIR")
      ->default_str("beside waitbench");
}

void add_output_options(CLI::App& app, Given& given, HarnessOptions& options) {
  app.add_option("--results", options.results, "Where to write results.json and benchmark.json")
      ->type_name("DIR")
      ->default_str("results/<UTC time>");
  app.add_option(
         "--events-up-to", options.events_up_to,
         "Keep the steps of the tasks (results.json, trace.json) of runs with so many at most")
      ->check(CLI::Range(0, 10'000'000))
      ->type_name("N")
      ->default_str("all");
  app.add_flag("--no-live", given.no_live,
               "Plain lines instead of a time line that grows on the terminal");
  app.add_flag("--costs", options.costs, "Also print a table of what the processes used");
  app.add_flag("--list", options.list, "List the models, with what each shows, and end");
  app.add_flag("--predict", options.predict, "Print the predictions, run nothing, and end");
}

// Lines of `option = value`. CLI11 by itself ignores unknown options, or names them in words of its
// own.
class RecipeFormat : public CLI::ConfigBase {
 public:
  explicit RecipeFormat(const CLI::App& app) : app_{app} {}

  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
    auto lines = ConfigBase::from_config(in);
    for (const CLI::ConfigItem& line : lines)
      if (!line.parents.empty() || !app_.get_option_no_throw("--" + line.name))
        throw CLI::ConfigError(fmt::format(
            "'{}' is not an option", line.parents.empty() ? line.name : line.parents.front()));
    return lines;
  }

 private:
  const CLI::App& app_;
};

// The command line wins over the recipe. An error names the recipe, too.
void add_recipe(CLI::App& app) {
  app.config_formatter(std::make_shared<RecipeFormat>(app));
  app.set_config("--recipe", "",
                 fmt::format("Takes the options in this file, unless they are given here: one of {}"
                             ", or a path",
                             fmt::join(names_of_recipes(), ", ")))
      ->take_last()
      ->transform([&app](const std::string& name) {
        const std::string file = find_recipe(name);
        app.name(fmt::format("waitbench --recipe {}", name));
        return file;
      })
      ->type_name("NAME|FILE");
}

}  // namespace

std::optional<int> parse_options(int argc, const char* const* argv, HarnessOptions& options) {
  std::vector<const char*> ours;
  for (const std::string_view argument : std::span{argv, static_cast<size_t>(argc)}) {
    if (argument.starts_with(benchmark_prefix) && !argument.starts_with(repetitions_flag))
      options.benchmark_flags.emplace_back(argument);
    else
      ours.push_back(argument.data());
  }

  CLI::App app{
      "Runs the experiment once per concurrency model, and measures what each does while it "
      "waits.",
      "waitbench"};
  app.footer(
      "Every --benchmark_* flag goes to Google Benchmark: --benchmark_repetitions=5, "
      "--benchmark_filter=REGEX, ...");
  app.option_defaults()->take_last();  // a script's options may be followed by its user's
  options.bin_dir = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.seed = std::random_device{}();
  Given given;
  add_workload_options(app, given);
  add_run_options(app, given, options);
  add_output_options(app, given, options);
  add_recipe(app);
  app.parse_complete_callback([&] {
    options.servers = choose_servers(given.servers);
    options.models = choose_models(given.models, options.bin_dir);
    options.workloads = workloads_of(given, options.seed);
  });

  if (const auto exit_code = parse_command_line(app, static_cast<int>(ours.size()), ours.data()))
    return exit_code;
  if (app.count("--timeout") > 0) options.timeout = given.timeout;
  if (app.count("--longest-run") > 0) options.longest_run = given.longest_run;
  options.live = !given.no_live;
  return std::nullopt;
}

bool has_benchmark_flag(const HarnessOptions& options, std::string_view name) {
  const std::string flag = fmt::format("{}{}", benchmark_prefix, name);
  return std::ranges::any_of(options.benchmark_flags, [&](const std::string& given) {
    return given == flag || given.starts_with(flag + "=");
  });
}

}  // namespace waitbench
