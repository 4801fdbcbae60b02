// Reads command lines and says what is wrong with them.
#include "support/command_line.hpp"

#include <fmt/format.h>

#include <chrono>

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
      ->check(CLI::Range(least, most))
      ->type_name(fmt::format("{}..{}", least, most))
      ->capture_default_str();
}

CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what) {
  return app.add_option("--seed", seed, what)
      ->check(CLI::TypeValidator<std::uint32_t>("a whole number from 0 to 4294967295"))
      ->type_name("N");
}

std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {  // --help and the like
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    tell_error(app.get_name(), fmt::format("{} (see --help)", error.what()));
    return exit_usage;
  }
}

}  // namespace waitbench
