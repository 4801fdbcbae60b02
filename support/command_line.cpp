// Reads command lines and says what is wrong with them.
#include "support/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace waitbench {

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                          const std::string& help) {
  const auto shown = std::chrono::duration<double>{value}.count();
  return add_parsed(app, name, value, &parse_duration, help)
      ->type_name("DURATION")
      ->default_str(fmt::format("{}s", shown));
}

CLI::Option* add_count(CLI::App& app, const std::string& name, int& value, int least, int most,
                       const std::string& help) {
  return app.add_option(name, value, help)
      ->check(CLI::Range(least, most).description(""))  // it says the same as the type
      ->type_name(fmt::format("{}..{}", least, most))
      ->capture_default_str();
}

CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what) {
  return app.add_option("--seed", seed, what)
      ->check(CLI::TypeValidator<std::uint32_t>("a whole number from 0 to 4294967295"))
      ->type_name("N");
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

std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  try {
    auto arguments = with_names_of_today(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    app.parse(argc, pointers.data());
    return std::nullopt;
  } catch (const CLI::Success& success) {  // --help and the like
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    tell_error(app.get_name(), fmt::format("{} (see --help)", error.what()));
    return exit_usage;
  }
}

}  // namespace waitbench
