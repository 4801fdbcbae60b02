// Command lines as every program of the suite reads them: an error is one line on standard error
// that names the option and what it accepts. Including CLI11 costs seconds of compiling: only the
// file that declares a program's options includes this.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/program.hpp"
#include "support/values.hpp"

namespace waitbench {

// Adds an option whose text `parse` turns into `value`; a std::invalid_argument from it becomes a
// usage error that names the option. `value` must outlive the parsing.
template <typename Value, typename Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, Value& value, Parse parse,
                        const std::string& help) {
  return app.add_option_function<std::string>(
      name,
      [called = name.substr(0, name.find(',')), &value, parse](const std::string& text) {
        try {
          value = parse(text);
        } catch (const std::invalid_argument& error) {
          throw CLI::ValidationError(called, error.what());
        }
      },
      help);
}

// Adds an option that takes a list with commas, of which `parse` turns each item into a value. Each
// value is kept once. Another list replaces the one before; where the option may not be given
// twice, as elsewhere, it is an error.
template <typename Value, typename Parse>
CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<Value>& values,
                      Parse parse, const std::string& help) {
  const auto parse_list = [parse](std::string_view text) {
    std::vector<Value> list;
    for (const std::string_view item : items_of(text))
      if (Value value{parse(item)}; std::ranges::find(list, value) == list.end())
        list.push_back(std::move(value));
    return list;
  };
  return add_parsed(app, name, values, parse_list, help);
}

// The words that an option accepts, and what each stands for.
template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// An option that accepts one of several words; the default is what `value` has.
template <typename Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& value,
                        const Choices<Value>& choices, const std::string& help) {
  std::string words;
  std::string usual;
  for (const auto& [word, meaning] : choices) {
    words += (words.empty() ? "" : "|") + word;
    if (meaning == value) usual = word;
  }
  const auto choose = [name, &value, choices, words](const std::string& text) {
    const auto choice = std::ranges::find(choices, text, &Choices<Value>::value_type::first);
    if (choice == choices.end())
      throw CLI::ValidationError(name, "'" + text + "' is none of " + words);
    value = choice->second;
  };
  return app.add_option_function<std::string>(name, choose, help)
      ->type_name(words)
      ->default_str(usual);
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                          const std::string& help);

// A whole number between `least` and `most`.
CLI::Option* add_count(CLI::App& app, const std::string& name, int& value, int least, int most,
                       const std::string& help);

// A list of such numbers.
CLI::Option* add_counts(CLI::App& app, const std::string& name, std::vector<int>& values, int least,
                        int most, const std::string& help);

// --seed, of whatever `what` says.
CLI::Option* add_seed(CLI::App& app, std::uint32_t& seed, const std::string& what);

// The arguments with today's names in place of those that options had once, which go on working:
// --compute-time (now --compute), --compute hold|burn (--compute-kind), --delay (--response) and
// --resources (--report).
std::vector<std::string> with_names_of_today(int argc, const char* const* argv);

// Parses, by today's names and those of once; returns the exit code to end with if the program
// should end here (help was asked for, or the command line is wrong, which has been said on
// standard error), and nothing if it should go on.
std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv);

}  // namespace waitbench
