// The problems of the quiz: what is asked, what is right, and which mistake gives which number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/models/models.hpp"
#include "bench/models/seconds.hpp"
#include "bench/models/servers.hpp"

namespace waitbench {

// A model, a server and a workload in whole seconds.
struct Problem {
  const Model* model;
  const Server* server;
  Workload workload;
  bool is_hard = false;
};

struct Question {
  std::string text;
  double answer = 0;
  std::string unit;  // "s", or "" for a count
};

// A way to be wrong: the end that somebody predicts who thinks so.
struct Misconception {
  Seconds end;
  std::string thought;  // "every task computes on a thread of its own"
  std::string but;      // what is so instead
};

// The same for the same seed, on any machine. From the third on they are hard: there are more
// models, servers that let few connections wait at once, and more questions.
std::vector<Problem> draw_problems(std::uint32_t seed, int rounds);

// The problem in a few lines.
std::string words_of(const Problem& problem);

// What is asked: when the last task is done, and of a hard problem more.
std::vector<Question> questions_of(const Problem& problem);

// Those that give another end than the right one, for each such end the likeliest.
std::vector<Misconception> misconceptions_about(const Problem& problem);

// The one that explains an answer to the first question; nothing if none does.
std::optional<Misconception> explanation_of(double answer, const Problem& problem);

// Whether two figures are the same, as people give them.
bool is_same(double answer, double right);

}  // namespace waitbench
