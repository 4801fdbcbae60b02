// Reads command lines and says what is wrong with them.
#include "support/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <sstream>
#include <utility>

#include "support/nearest.hpp"

namespace waitbench {

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                          const std::string& help) {
  const auto shown = std::chrono::duration<double>{value}.count();
  return add_parsed(app, name, value, &parse_duration, help)
      ->type_name("DURATION")
      ->default_str(fmt::format("{}s", shown));
}

namespace {

auto count_from(int least, int most) {
  return [least, most](std::string_view text) { return parse_count(text, least, most); };
}

}  // namespace

CLI::Option* add_count(CLI::App& app, const std::string& name, int& value, int least, int most,
                       const std::string& help) {
  return add_parsed(app, name, value, count_from(least, most), help)
      ->type_name(fmt::format("{}..{}", least, most))
      ->default_str(std::to_string(value));
}

CLI::Option* add_counts(CLI::App& app, const std::string& name, std::vector<int>& values, int least,
                        int most, const std::string& help) {
  return add_list(app, name, values, count_from(least, most), help)
      ->type_name("N,...")
      ->default_str(fmt::format("{}", fmt::join(values, ",")));
}

CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what) {
  return add_parsed(app, "--seed", seed, &parse_seed, what)->type_name("N");
}

namespace {

struct Renamed {
  std::string_view once;
  std::string_view today;
};
constexpr std::array renamed{Renamed{"--compute-time", "--compute"},
                             Renamed{"--delay", "--response"}, Renamed{"--resources", "--report"}};

bool is_compute_kind(std::string_view value) {
  return value == "hold" || value == "burn";
}

}  // namespace

std::vector<std::string> with_names_of_today(int argc, const char* const* argv) {
  const std::span given{argv, static_cast<size_t>(argc)};
  std::vector<std::string> arguments;
  for (size_t i = 0; i < given.size(); ++i) {
    std::string_view name = given[i];
    std::string_view value;  // with "=", where it stands in the same argument
    if (const size_t equals = name.find('='); equals != name.npos) {
      value = name.substr(equals);
      name = name.substr(0, equals);
    }
    const std::string_view next = i + 1 < given.size() ? given[i + 1] : "";
    const auto once = std::ranges::find(renamed, name, &Renamed::once);
    if (name == "--compute" && is_compute_kind(value.empty() ? next : value.substr(1)))
      name = "--compute-kind";
    else if (once != renamed.end())
      name = once->today;
    arguments.push_back(std::string{name}.append(value));
  }
  return arguments;
}

namespace {

// Options in groups, their help in a column of its own, in lines that fit a terminal.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return CLI::Formatter::make_usage(app, std::move(name)) + "\n";
  }

  std::string make_group(std::string group, bool /* is_positional */,
                         std::vector<const CLI::Option*> options) const override {
    std::string text = group + ":\n";
    for (const CLI::Option* option : options) text += make_option(option, false);
    return text;
  }

  std::string make_option(const CLI::Option* option, bool /* is_positional */) const override {
    constexpr size_t column = 30;
    std::string line = "  " + names_of(*option);
    if (!option->get_type_name().empty()) line += " " + option->get_type_name();
    std::string text;
    if (line.size() + 2 > column) text = std::exchange(line, "") + "\n";
    line.resize(column, ' ');
    std::istringstream words{help_of(*option)};
    for (std::string word; words >> word;) {
      constexpr size_t width = 80;
      if (line.size() + 1 + word.size() > width && line.size() > column) {
        text += line + "\n";
        line = std::string(column, ' ');
      }
      line += (line.size() > column ? " " : "") + word;
    }
    return text + line + "\n";
  }

 private:
  // "-h, --help": of several long names the first.
  static std::string names_of(const CLI::Option& option) {
    if (option.get_lnames().empty()) return option.get_name(true);
    std::string names = "--" + option.get_lnames().front();
    if (!option.get_snames().empty()) names = "-" + option.get_snames().front() + ", " + names;
    return names;
  }

  static std::string help_of(const CLI::Option& option) {
    const std::string usual = option.get_default_str();
    return option.get_description() + (usual.empty() ? "" : " (default: " + usual + ")");
  }
};

// Of arguments that are no options: the first, and what may have been meant.
std::string unexpected(const CLI::App& app) {
  std::string word = app.remaining().front();
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return fmt::format("'{:.60}' was not expected{}", word, did_you_mean(word, names));
}

}  // namespace

std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  app.formatter(std::make_shared<HelpFormat>());
  try {
    auto arguments = with_names_of_today(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    app.parse(argc, pointers.data());
    return std::nullopt;
  } catch (const CLI::Success& success) {  // --help and the like
    std::ostringstream help;
    const int exit_code = app.exit(success, help);
    print(help.str());
    return exit_code;
  } catch (const CLI::ExtrasError&) {
    tell_error(app.get_name(), fmt::format("{} (see --help)", unexpected(app)));
    return exit_usage;
  } catch (const CLI::ParseError& error) {
    tell_error(app.get_name(), fmt::format("{} (see --help)", error.what()));
    return exit_usage;
  }
}

}  // namespace waitbench
