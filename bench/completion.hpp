// Writes the scripts by which a shell completes the harness's command line.
#pragma once

#include <string>
#include <vector>

namespace waitbench {

// An option, and how it goes on.
struct Completion {
  std::string option;  // "--models"
  enum class Value { none, words, file, other } value = Value::none;
  std::vector<std::string> words;  // to choose from, several with commas
};

// For `source <(waitbench --completion bash)`; zsh reads the same through bashcompinit.
std::string completion_script(const std::vector<Completion>& options, bool for_zsh);

}  // namespace waitbench
