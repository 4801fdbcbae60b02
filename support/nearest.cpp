// Counts the letters to insert, to leave out and to replace (the Levenshtein distance).
#include "support/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace waitbench {
namespace {

// Row by row: `distances[i]` is that of the first i letters of `b` from what of `a` was gone
// through.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> distances(b.size() + 1);
  std::iota(distances.begin(), distances.end(), 0U);
  for (size_t row = 1; row <= a.size(); ++row) {
    size_t diagonal = std::exchange(distances[0], row);
    for (size_t i = 1; i <= b.size(); ++i) {
      const size_t replaced = diagonal + (a[row - 1] == b[i - 1] ? 0 : 1);
      diagonal = distances[i];
      distances[i] = std::min({replaced, distances[i] + 1, distances[i - 1] + 1});
    }
  }
  return distances.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr size_t letters_per_change = 3;
  constexpr size_t longest = 100;
  size_t fewest = std::max<size_t>(1, word.size() / letters_per_change) + 1;
  std::optional<std::string> found;
  if (word.size() > longest) return found;
  for (const std::string& candidate : candidates)
    if (const size_t changes = distance(word, candidate); changes < fewest) {
      fewest = changes;
      found = candidate;
    }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto found = nearest(word, candidates);
  return found ? "; did you mean '" + *found + "'?" : "";
}

}  // namespace waitbench
