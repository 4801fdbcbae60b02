// Draws problems, and predicts what is right and what somebody who is mistaken would say.
#include "bench/quiz/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <utility>

#include "bench/models/prediction.hpp"
#include "bench/show/figures.hpp"

namespace waitbench {
namespace {

constexpr int easy_rounds = 2;

constexpr std::array<std::string_view, 8> more_models{
    "sequential",  "async_single_thread", "async_multi_thread",    "thread_per_task",
    "thread_pool", "async_offload",       "async_loop_per_thread", "callbacks"};

constexpr std::array<std::string_view, 4> some_servers{"coroutines", "iterative", "thread_pool",
                                                       "thread_per_connection"};

// The standard's distributions differ from library to library.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}

  int between(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<std::uint32_t>(most - least + 1));
  }
  Duration seconds(int least, int most) { return std::chrono::seconds{between(least, most)}; }
  std::string_view one_of(std::span<const std::string_view> names) {
    return names[static_cast<size_t>(between(0, static_cast<int>(names.size()) - 1))];
  }

 private:
  std::mt19937 random_;
};

Problem draw(Dice& dice, bool is_hard) {
  const std::span<const std::string_view> models =
      is_hard ? std::span{more_models}.first(8) : std::span{core_models}.first(5);
  Problem problem{.model = find_model(dice.one_of(models)),
                  .server = find_server(is_hard ? dice.one_of(some_servers) : "coroutines"),
                  .workload = {},
                  .is_hard = is_hard};
  problem.workload = {.tasks = dice.between(3, 6),
                      .threads = dice.between(2, 3),
                      .server_threads = 2,
                      .connect = dice.seconds(1, 3),
                      .response = dice.seconds(3, 9),
                      .compute = dice.seconds(1, 5)};
  return problem;
}

std::vector<PredictedTask> right_tasks(const Problem& problem) {
  return predicted_tasks(*problem.model, problem.workload, *problem.server);
}

Seconds right_end(const Problem& problem) {
  return predicted_makespan(*problem.model, problem.workload, *problem.server);
}

bool has_threads(const Facts& facts) {
  return facts.computing == Many::as_threads || facts.under_way == Many::as_threads;
}

// With what the model is mistaken for.
Seconds end_of(Facts facts, const Problem& problem) {
  Model mistaken = *problem.model;
  mistaken.facts = facts;
  return predicted_makespan(mistaken, problem.workload, *problem.server);
}

Seconds end_without(Duration Workload::*stage, const Problem& problem) {
  Problem shorter = problem;
  shorter.workload.*stage = Duration{0};
  return right_end(shorter);
}

}  // namespace

std::vector<Problem> draw_problems(std::uint32_t seed, int rounds) {
  Dice dice{seed};
  std::vector<Problem> problems;
  for (int round = 0; round < rounds; ++round) problems.push_back(draw(dice, round >= easy_rounds));
  return problems;
}

std::string words_of(const Problem& problem) {
  const Workload& w = problem.workload;
  std::string text = fmt::format(
      "  {} tasks, {}{}.\n  Each waits {}, connects, waits {} for the answer, and computes for "
      "{}.\n",
      w.tasks, problem.model->name,
      has_threads(problem.model->facts) ? fmt::format(" on {} threads", w.threads) : "",
      plain_seconds(w.connect), plain_seconds(w.response), plain_seconds(w.compute));
  if (problem.is_hard)
    text += fmt::format(
        "  The server is {}{}.\n", problem.server->name,
        has_threads(problem.server->facts) ? fmt::format(" on {} threads", w.server_threads) : "");
  return text;
}

std::vector<Question> questions_of(const Problem& problem) {
  std::vector<Question> questions{
      {"After how many seconds is the last task done?", right_end(problem).count(), "s"}};
  if (!problem.is_hard) return questions;
  std::vector<Duration> reads;
  int threads = 0;
  for (const PredictedTask& task : right_tasks(problem)) {
    reads.push_back(task.read);
    threads = std::max(threads, task.place);
  }
  std::ranges::sort(reads);
  questions.push_back(
      {"After how many seconds is the third answer read?", Seconds{reads.at(2)}.count(), "s"});
  questions.push_back({"How many threads compute at once, at most?", double(threads), ""});
  return questions;
}

std::vector<Misconception> misconceptions_about(const Problem& problem) {
  using enum Many;
  using enum Wait;
  const Workload& w = problem.workload;
  const std::string model{problem.model->shows}, server{problem.server->shows};
  const auto per_thread = "tasks keep a thread while they wait, and come in rounds";
  std::vector<Misconception> mistakes{
      {end_of({one, one, holds_thread}, problem), "one task follows the other", model},
      {end_of({all, all, holds_thread}, problem), "every task has a thread of its own", model},
      {end_of({all, one, gives_thread_back}, problem),
       "all waits overlap, and one thread computes for all", model},
      {end_of({all, as_threads, gives_thread_back}, problem),
       fmt::format("all waits overlap, and {} threads compute", w.threads), model},
      {end_of({as_threads, as_threads, holds_thread}, problem), per_thread, model}};
  for (const auto& [name, thought] :
       {std::pair{"coroutines", "the server lets all connections wait at once"},
        std::pair{"iterative", "the server serves one connection after the other"}})
    mistakes.push_back(
        {predicted_makespan(*problem.model, w, *find_server(name)), thought, server});
  for (const auto& [stage, thought] :
       {std::pair{&Workload::connect, "there is no wait before a task connects"},
        std::pair{&Workload::response, "the answer comes at once"},
        std::pair{&Workload::compute, "computing takes no time"}})
    mistakes.push_back({end_without(stage, problem), thought, "each task takes all three stages."});
  std::vector<Misconception> told;
  for (Misconception& mistake : mistakes) {
    const double end = mistake.end.count();
    const auto gives_it = [&](const Misconception& other) {
      return is_same(end, other.end.count());
    };
    if (!is_same(end, right_end(problem).count()) && std::ranges::none_of(told, gives_it))
      told.push_back(std::move(mistake));
  }
  return told;
}

std::optional<Misconception> explanation_of(double answer, const Problem& problem) {
  for (const Misconception& mistake : misconceptions_about(problem))
    if (is_same(answer, mistake.end.count())) return mistake;
  return std::nullopt;
}

bool is_same(double answer, double right) {
  return std::abs(answer - right) < 0.05;
}

}  // namespace waitbench
