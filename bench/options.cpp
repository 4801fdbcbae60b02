// Declares and reads the harness's command line.
#include "bench/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <ranges>

#include "bench/models/choices.hpp"
#include "bench/parts.hpp"
#include "bench/run/benchmark_filter.hpp"
#include "bench/run/environment.hpp"
#include "bench/run/preflight.hpp"
#include "support/command_line.hpp"
#include "task/workload_options.hpp"

namespace waitbench {
namespace {

constexpr std::string_view benchmark_prefix = "--benchmark_";

// The library shuffles repetitions with a seed that it keeps to itself, so the harness repeats.
constexpr auto repetitions_flag = "--benchmark_repetitions";

// Else the library's environment variables would have a say (BENCHMARK_REPETITIONS, ...).
constexpr std::array once{"--benchmark_repetitions=1", "--benchmark_min_warmup_time=0",
                          "--benchmark_enable_random_interleaving=false"};

constexpr auto recipe_extension = ".ini";

// A way to arrive for each rate; where there is no rate, that of all tasks being there already.
std::vector<std::optional<Arrivals>> loads_of(const std::vector<double>& rates, ArrivalKind kind,
                                              std::uint32_t seed) {
  std::vector<std::optional<Arrivals>> loads;
  for (const double rate : rates)
    loads.emplace_back(Arrivals{.rate = rate, .kind = kind, .seed = seed});
  if (loads.empty()) loads.emplace_back();
  return loads;
}

// Three long lists would otherwise take up all memory before anything is run.
void check_number(size_t workloads) {
  if (workloads > most_workloads)
    throw CLI::ValidationError(
        "--tasks, --threads, --server-threads, --arrival-rate",
        fmt::format("{} combinations are too many: at most {}", workloads, most_workloads));
}

void check_predictable(const Workload& workload) {
  if (workload.compute_kind == ComputeKind::burn)
    throw CLI::ValidationError(
        "--arrival-rate",
        "only with --compute-kind hold: how tasks that arrive over time share the"
        " cores with --compute-kind burn is not predicted");
}

// Each part of the tasks would have a server of its own, so what such a server shows would be lost.
void check_splittable(const HarnessOptions& options) {
  for (const Server* server : options.servers)
    if (server->facts.under_way != Many::all)
      throw CLI::ValidationError(
          "--split",
          fmt::format("each part of the tasks has a server of its own, and {} has places "
                      "for few connections at once: choose others by --servers",
                      server->name));
}

// The names of the recipes that come with the suite; none where its source has been moved away.
std::vector<std::string> names_of_recipes() {
  std::vector<std::string> names;
  std::error_code moved_away;
  for (const auto& entry : std::filesystem::directory_iterator{recipes_dir(), moved_away})
    if (entry.path().extension() == recipe_extension) names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

// The file of a recipe that is named by its name or by its path.
std::string find_recipe(const std::string& name) {
  const auto names = names_of_recipes();
  if (std::ranges::find(names, name) != names.end())
    return recipes_dir() / (name + recipe_extension);
  if (std::filesystem::is_regular_file(name)) return name;
  throw CLI::ValidationError(
      fmt::format("'{}' is no file, and none of {}", name, fmt::join(names, ", ")));
}

// What the command line says, option by option.
struct Given {
  Workload workload;
  std::vector<std::string> models{"core"};
  std::vector<std::string> servers{"default"};
  std::vector<int> tasks{workload.tasks};
  std::vector<int> threads{workload.threads};
  std::vector<int> server_threads{workload.server_threads};
  std::vector<double> rates;
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
  check_number(given.tasks.size() * given.threads.size() * given.server_threads.size() *
               loads.size());
  std::vector<Workload> workloads;
  for (const int tasks : given.tasks)
    for (const int threads : given.threads)
      for (const int server_threads : given.server_threads)
        for (const auto& arrivals : loads) {
          if (arrivals) check_rate(arrivals->rate, tasks);
          Workload& workload = workloads.emplace_back(scaled(given.workload, given.time_scale));
          workload.tasks = tasks;
          workload.threads = threads;
          workload.server_threads = server_threads;
          workload.cores = limits.cores;
          workload.clients = given.split ? clients_needed(tasks, limits) : 1;
          workload.arrivals = arrivals;
        }
  return workloads;
}

CLI::Option* add_names(CLI::App& app, const std::string& option, std::vector<std::string>& names,
                       const std::string& help) {
  return add_list(
      app, option, names, [](std::string_view name) { return std::string{name}; }, help);
}

// May be given several times, each time for one more.
void add_own(CLI::App& app, const std::string& name, const std::string& form,
             const std::string& help, const std::function<void(const std::string&)>& add) {
  const auto add_all = [name, add](const std::vector<std::string>& descriptions) {
    try {
      std::ranges::for_each(descriptions, add);
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError(name, error.what());
    }
  };
  app.add_option_function<std::vector<std::string>>(name, add_all, help)
      ->type_name(form)
      ->expected(1)
      ->take_all();
}

void add_model_options(CLI::App& app, Given& given, HarnessOptions& options) {
  app.option_defaults()->group("Models");
  add_names(app, "--models", given.models, "Which models to run; see --list")
      ->type_name("core|all|NAME,...")
      ->default_str("core");
  add_names(app, "--servers", given.servers, "Which servers to run them against; see --list")
      ->type_name("default|all|NAME,...")
      ->default_str("default");
  add_own(app, "--client", "NAME=PROGRAM,UNDER_WAY,COMPUTING,holds|frees",
          "Also run a client of your own: how many tasks are under way and compute at once (one, T "
          "or all), and whether a wait holds its thread; see docs/bring_your_own.md",
          [&options](const std::string& text) { options.own.add_client(text); });
  add_own(app, "--own-server", "NAME=PROGRAM,one|T|all",
          "Also run against a server of your own, and how many connections wait at once there",
          [&options](const std::string& text) { options.own.add_server(text); });
  app.add_flag("--list", options.list, "List the models, with what each shows, and end");
  app.add_flag("--predict", options.predict, "Print the predictions, run nothing, and end");
}

void add_workload_options(CLI::App& app, Given& given) {
  app.option_defaults()->group("Workload");
  add_counts(app, "--tasks", given.tasks, 1, 10'000'000,
             "How many tasks; several numbers make a sweep");
  add_counts(app, "--threads", given.threads, 1, 10'000,
             "Worker threads, for the models with a fixed number of them; several make a sweep")
      ->type_name("T,...");
  add_counts(app, "--server-threads", given.server_threads, 1, 1000,
             "Threads of the servers with a fixed number of them; several make a sweep")
      ->type_name("T,...");
  auto* split =
      app.add_flag("--split", given.split,
                   "Split the tasks over several clients and servers where the descriptors of one "
                   "process are too few");
  add_compute_options(app, given.workload);
  add_duration(app, "--response", given.workload.response,
               "How long the server waits before it answers");
  add_parsed(app, "--time-scale", given.time_scale, &parse_factor,
             "Multiplies connect, response and compute")
      ->type_name("F")
      ->default_str("1");
  auto* rates =
      add_list(app, "--arrival-rate", given.rates, &parse_rate,
               "Tasks arrive at this rate, instead of being there from the beginning, and "
               "latency counts from when each was due; --tasks should be well over 100. "
               "Several rates make a sweep")
          ->type_name("TASKS/S,...")
          ->excludes(split);  // each client would have a load of its own
  add_arrival_kind(app, given.arrival_kind, rates);
}

void add_quiz_options(CLI::App& app, HarnessOptions& options) {
  app.option_defaults()->group("Quiz");
  auto* quiz = app.add_flag("--quiz", options.quiz,
                            "Draw problems, ask what a model takes, then run it, and end");
  for (const char* chosen : {"--models", "--servers", "--tasks", "--threads", "--connect",
                             "--compute", "--response", "--time-scale", "--arrival-rate"})
    quiz->excludes(app.get_option(chosen));  // the seed chooses
  add_count(app, "--rounds", options.rounds, 1, 100, "How many problems")->needs(quiz);
  app.add_flag("--answers", options.answers, "Print the problems and their answers instead")
      ->needs(quiz);
}

void add_run_options(CLI::App& app, Given& given, HarnessOptions& options) {
  app.option_defaults()->group("Repetition");
  add_count(app, fmt::format("--repetitions,{}", repetitions_flag), options.repetitions, 1, 100'000,
            "How often to run each model; several interleave in random order");
  add_count(app, "--warmup", options.warmup, 0, 1000,
            "Rounds of runs before the measured ones; recorded, but kept apart");
  add_seed(app, options.seed, "Seed for run order, arrivals and quiz; reuse it to repeat a run")
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
  app.option_defaults()->group("Output");
  app.add_option("--results", options.results, "Where to write results.json and benchmark.json")
      ->type_name("DIR")
      ->default_str("results/<UTC time>");
  add_count(app, "--events-up-to", options.events_up_to, 0, 10'000'000,
            "Keep the steps of the tasks (results.json, trace.json) of runs with so many at most")
      ->type_name("N")
      ->default_str("all");
  app.add_flag("--no-live", given.no_live,
               "Plain lines instead of a time line that grows on the terminal");
  app.add_flag("--costs", options.costs, "Also print a table of what the processes used");
  app.add_flag("--quiet", options.quiet, "Tell nothing but the results, and what goes wrong");
  add_choice(app, "--completion", options.completion, {{"bash", "bash"}, {"zsh", "zsh"}},
             "Print a script that completes the command line, for source <(...), and end");
}

// How a command line may go on after an option, by what it takes: "hold|burn", "DIR", "N".
Completion completion_of(const CLI::Option& option) {
  using Value = Completion::Value;
  const std::map<std::string, std::vector<std::string>> named{{"--models", choices_of_models()},
                                                              {"--servers", choices_of_servers()},
                                                              {"--recipe", names_of_recipes()}};
  const std::string name = "--" + option.get_lnames().front();
  const std::string type = option.get_type_name();
  if (const auto row = named.find(name); row != named.end())
    return {name, Value::words, row->second};
  if (option.get_items_expected_max() == 0) return {name, Value::none, {}};
  if (type == "DIR") return {name, Value::file, {}};
  if (type.find('|') != type.npos) return {name, Value::words, CLI::detail::split(type, '|')};
  return {name, Value::other, {}};
}

std::vector<Completion> completions_of(const CLI::App& app) {
  std::vector<Completion> completions;
  for (const CLI::Option* option : app.get_options()) completions.push_back(completion_of(*option));
  return completions;
}

// Lines of `option = value`, or of a flag alone, as they would stand on a command line: of two
// values of an option the later counts. What CLI11 itself reads is of several formats, which differ
// from version to version.
class RecipeFormat : public CLI::ConfigBase {
 public:
  explicit RecipeFormat(const CLI::App& app) : app_{app} {}

  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
    std::map<std::string, CLI::ConfigItem> options;
    for (std::string line; std::getline(in, line);) {
      line = trimmed(line.substr(0, line.find('#')));
      if (line.empty()) continue;
      const size_t equals = line.find('=');
      CLI::ConfigItem option;
      option.name = trimmed(line.substr(0, equals));
      option.inputs = {equals == line.npos ? "true" : trimmed(line.substr(equals + 1))};
      if (!app_.get_option_no_throw("--" + option.name))
        throw CLI::ConfigError(fmt::format("'{:.60}' is not an option", option.name));
      options[option.name] = option;
    }
    const auto values = std::views::values(options);
    return {values.begin(), values.end()};
  }

 private:
  static std::string trimmed(std::string text) { return CLI::detail::trim(text); }

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

// What is wrong with a name is wrong with the option.
template <typename Choose>
auto by_name(const char* option, Choose choose) {
  try {
    return choose();
  } catch (const std::invalid_argument& error) {
    throw CLI::ValidationError(option, error.what());
  }
}

// Each run is measured once, in the order of the plan.
void check_benchmark_flags(const HarnessOptions& options) {
  for (const std::string_view name : {"min_time", "min_warmup_time", "enable_random_interleaving"})
    if (has_benchmark_flag(options, name))
      throw CLI::ValidationError(
          fmt::format("{}{}", benchmark_prefix, name),
          "each run is measured once, in an order of --seed; for more runs there is --repetitions");
  try {
    for (const std::string& flag : options.benchmark_flags) check_filter(flag);
  } catch (const std::invalid_argument& error) {
    throw CLI::ValidationError("--benchmark_filter", error.what());
  }
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

  CLI::App app{"Runs the experiment once per model, and measures what each does while it waits.",
               "waitbench"};
  app.footer(
      "\nGoogle Benchmark:\n"
      "  Flags --benchmark_* go to that library: --benchmark_filter=REGEX, ...\n\n"
      "Examples:\n"
      "  waitbench --time-scale 0.1                          the core models, in 14 s\n"
      "  waitbench --models all --tasks 1,10,100 --repetitions 5 --time-scale 0.01\n"
      "  waitbench --predict --compute-kind burn --tasks 8   run nothing");
  app.set_version_flag("--version", version_text(), "Print the version and the libraries, and end");
  app.option_defaults()->take_last();  // a script's options may be followed by its user's
  options.bin_dir = programs_dir();
  options.seed = std::random_device{}();
  Given given;
  add_model_options(app, given, options);
  add_workload_options(app, given);
  add_quiz_options(app, options);
  add_run_options(app, given, options);
  add_output_options(app, given, options);
  add_recipe(app);
  app.parse_complete_callback([&] {
    check_benchmark_flags(options);
    options.servers =
        by_name("--servers", [&] { return choose_servers(given.servers, options.own); });
    options.models = by_name(
        "--models", [&] { return choose_models(given.models, options.bin_dir, options.own); });
    options.workloads = workloads_of(given, options.seed);
    if (given.split) check_splittable(options);
  });

  if (const auto exit_code = parse_command_line(app, static_cast<int>(ours.size()), ours.data()))
    return exit_code;
  if (app.count("--timeout") > 0) options.timeout = given.timeout;
  if (app.count("--longest-run") > 0) options.longest_run = given.longest_run;
  options.live = !given.no_live;
  if (!options.completion.empty()) options.completions = completions_of(app);
  options.benchmark_flags.insert(options.benchmark_flags.begin(), once.begin(), once.end());
  return std::nullopt;
}

bool has_benchmark_flag(const HarnessOptions& options, std::string_view name) {
  const std::string flag = fmt::format("{}{}", benchmark_prefix, name);
  return std::ranges::any_of(options.benchmark_flags, [&](const std::string& given) {
    return given == flag || given.starts_with(flag + "=");
  });
}

}  // namespace waitbench
