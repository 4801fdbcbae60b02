// Fills in a bash function with a case for every option that takes something.
#include "bench/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace waitbench {
namespace {

std::string case_of(const Completion& option) {
  switch (option.value) {
    case Completion::Value::none:
      return "";
    case Completion::Value::words:
      return fmt::format("    {}) words='{}' ;;\n", option.option, fmt::join(option.words, " "));
    case Completion::Value::file:
      return fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n",
                         option.option);
    case Completion::Value::other:
      return fmt::format("    {}) return ;;\n", option.option);
  }
  return "";
}

}  // namespace

std::string completion_script(const std::vector<Completion>& options, bool for_zsh) {
  std::string names;
  std::string cases;
  for (const Completion& option : options) {
    names += (names.empty() ? "" : " ") + option.option;
    cases += case_of(option);
  }
  return fmt::format(R"({}_waitbench() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} chosen='' words
  case $previous in
{}    *) words='{}' ;;
  esac
  if [[ $current == *,* ]]; then chosen=${{current%,*}},; fi
  COMPREPLY=($(compgen -P "$chosen" -W "$words" -- "${{current##*,}}"))
}}
complete -o nosort -F _waitbench waitbench
)",
                     for_zsh ? "autoload -U +X bashcompinit && bashcompinit\n" : "", cases, names);
}

}  // namespace waitbench
