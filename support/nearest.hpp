// Finds the word that somebody may have meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waitbench {

// The candidate that takes the fewest changes of a letter to become `word`, if it takes no more
// than one for every three letters; nothing if there is none.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'sequential'?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace waitbench
