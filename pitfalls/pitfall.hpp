// What a pitfall is: a row of the table, with the mistake and its cure side by side.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pitfalls/runner/time_line.hpp"

namespace waitbench::pitfalls {

struct Measure {
  Measure(std::string n, double v, std::string u)
      : name(std::move(n)), value(v), unit(std::move(u)) {}
  Measure(std::string n, std::integral auto count)
      : Measure(std::move(n), static_cast<double>(count), "") {}
  Measure(std::string n, Duration time) : Measure(std::move(n), in_ms(time), "ms") {}

  std::string name;
  double value = 0;
  std::string unit;  // none: a count
};

// What became of one side. Both sides of a pitfall have the same measures, in the same order.
struct Outcome {
  bool symptom = false;  // whether that showed which the pitfall warns of: from order and counts
  std::string happened;  // a sentence with figures
  std::vector<Measure> measures;
};

enum class Better { less, more };

enum class Side { broken, fixed };

constexpr std::string_view name_of(Side side) {
  return side == Side::broken ? "broken" : "fixed";
}

struct Pitfall {
  std::string_view name;
  std::string_view title;
  std::string_view expected;  // what one would expect of the broken side
  std::string_view symptom;   // what happens instead
  std::string_view why;
  std::string_view cure;
  std::string_view measure;  // the one by which the cure must be better
  Better better = Better::less;
  Outcome (*broken)(TimeLine& line);
  Outcome (*fixed)(TimeLine& line);
};

}  // namespace waitbench::pitfalls
