// Shows progress as a picture on a terminal, and as plain lines elsewhere.
#include "bench/show/live/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "bench/show/live/comparison.hpp"
#include "support/program.hpp"
#include "support/time.hpp"

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_drawings = 100ms;

// Nothing is drawn for so many times the CPU time of a drawing: with very many tasks, less often.
// The time on the clock would make a drawing that another process held up look dear.
constexpr int rest_after_drawing = 100;

// Of more tasks than that, the looking itself would take its time.
constexpr int most_tasks_to_look_at = 100'000;

Seconds predicted_for(const PlannedRun& planned) {
  return predicted_makespan(*planned.model, planned.workload, *planned.server);
}

bool is_first_repetition(const PlannedRun& planned) {
  return planned.repetition == 1;
}

// Repetitions are predicted once.
Seconds predicted_for(std::span<const PlannedRun> plan) {
  Seconds once{};
  int rounds = 0;
  for (const PlannedRun& planned : plan) {
    rounds = std::max(rounds, planned.repetition);
    if (is_first_repetition(planned)) once += predicted_for(planned);
  }
  return rounds * once;
}

std::string outcome_of(const Run& run) {
  if (run.status != Status::ok) return fmt::format("{}: {}", name_of(run.status), run.message);
  return fmt::format("took {:.3f} s, structure {}", run.makespan->count(), run.verdict);
}

std::string title_of(const PlannedRun& planned) {
  std::string title = fmt::format("{}{}", planned.is_warmup ? "warm-up " : "", planned.model->name);
  if (planned.server != &servers.front()) title += fmt::format(" against {}", planned.server->name);
  const int tasks = planned.workload.tasks;
  title += fmt::format(", {} task{}", tasks, tasks == 1 ? "" : "s");
  if (const auto& arrivals = planned.workload.arrivals)
    title += fmt::format(" at {}/s", arrivals->rate);
  return title;
}

}  // namespace

Progress::Progress(const ProgressOptions& options)
    : options_(options), is_live_(options.live && !options.quiet && can_draw_in_place()) {
  if (!options.is_plan_whole) return;
  runs_ = static_cast<int>(options.warmup.size() + options.plan.size());
  if (is_live_) to_come_ = predicted_for(options.warmup) + predicted_for(options.plan);
}

void Progress::begin(const PlannedRun& planned) {
  ++begun_;
  so_far_ = {.title = title_of(planned),
             .lesson = std::string{planned.model->shows},
             .tasks = planned.workload.tasks,
             .predicted = predicted_for(planned)};
  if (is_live_)
    begin_live(planned);
  else if (!options_.quiet)
    tell(fmt::format("[{}{}] {}: predicted {:.3f} s, ", begun_,
                     runs_ > 0 ? fmt::format("/{}", runs_) : "", so_far_.title,
                     so_far_.predicted.count()));
}

void Progress::begin_live(const PlannedRun& planned) {
  to_come_ = std::max(to_come_ - so_far_.predicted, Seconds{0});
  is_to_stay_ = !planned.is_warmup && std::ranges::all_of(options_.plan, is_first_repetition);
  so_far_.has_picture = so_far_.tasks <= most_tasks_to_look_at && planned.workload.clients == 1;
  so_far_.axis = common_axis(options_.models, planned.workload, options_.servers);
  so_far_.computing_at_most = expected_structure(planned.model->facts, planned.workload).computing;
  if (so_far_.has_picture && planned.workload.arrivals)
    so_far_.most_under_way = predicted_in_flight(*planned.model, planned.workload, *planned.server);
  if (so_far_.has_picture)
    so_far_.predicted_tasks = predicted_tasks(*planned.model, planned.workload, *planned.server);
  draw();
}

void Progress::update(Clock::time_point start, const SharedBoard* board) {
  const auto now = Clock::now();
  if (!is_live_ || now < next_drawing_) return;
  so_far_.start = start;
  so_far_.elapsed = now - start;
  if (so_far_.has_picture && board != nullptr) so_far_.events = board->events();
  draw();
}

void Progress::draw() {
  const auto began = Clock::now();
  const auto cpu_before = cpu_time_of_this_thread();
  const Size size = size_of_terminal();
  std::optional<Seconds> to_go;
  if (runs_ > 0) to_go = to_come_ + std::max(so_far_.predicted - so_far_.elapsed, Seconds{0});
  screen_.draw(frame_of(so_far_, progress_of(begun_, runs_, to_go), size), size);
  const auto took = cpu_time_of_this_thread() - cpu_before;
  next_drawing_ = std::max(began + between_drawings, Clock::now() + rest_after_drawing * took);
}

void Progress::end(const Run& run) {
  if (!is_live_) {
    if (!options_.quiet) tell(outcome_of(run) + "\n");
    return;
  }
  if (run.makespan) {
    so_far_.start = run.start;
    so_far_.elapsed = *run.makespan;
  }
  if (!run.events.empty()) {
    so_far_.events = run.events;
    std::ranges::copy(run.server_events, std::back_inserter(so_far_.events));
  }
  if (run.status != Status::ok) return leave({outcome_of(run)});
  const std::string deviation =
      run.verdict == as_predicted ? "" : fmt::format(", structure {}", run.verdict);
  const std::string took = fmt::format("{:.3f} s", run.makespan->count());
  leave({fmt::format("{}, predicted {:.3f} s{}", took, so_far_.predicted.count(), deviation),
         took + deviation});
}

void Progress::interrupted() {
  if (is_live_)
    leave({"interrupted"});
  else if (!options_.quiet)
    tell("interrupted\n");
}

// Counts of tasks say nothing any more when all have finished; one row per task tells the whole
// story, and a sparkline its outline. `outcomes` begins with what tells the most; what is shorter
// stands beside a sparkline that leaves no room.
void Progress::leave(const std::vector<std::string>& outcomes) {
  so_far_.has_ended = true;
  const Size size = size_of_terminal();
  const std::string text = so_far_.title + ": " + outcomes.front();
  if (!so_far_.has_picture) return screen_.leave({to_line(text)}, size);
  if (!is_to_stay_ || !frame_has_row_per_task(so_far_.tasks, size)) {
    Line line = sparkline_of(so_far_, size.width / 5);
    const auto fits = [&](const std::string& outcome) {
      return std::ssize(line) + 3 + std::ssize(so_far_.title + outcome) < size.width;
    };
    const auto outcome = std::ranges::find_if(outcomes, fits);
    append(line, fmt::format(" {}: {}", so_far_.title,
                             outcome == outcomes.end() ? outcomes.back() : *outcome));
    return screen_.leave({line}, size);
  }
  auto lines = wrapped(text, size.width, Ink::strong);
  std::ranges::copy(wrapped(so_far_.lesson, size.width), std::back_inserter(lines));
  std::ranges::copy(picture_of(so_far_, size), std::back_inserter(lines));
  lines.emplace_back();
  screen_.leave(lines, size);
  has_stayed_ = true;
}

void Progress::compare(std::span<const Run> runs) {
  if (!is_live_) return;
  const Size size = size_of_terminal();
  std::vector<Line> lines;
  if (has_stayed_) lines = legend(size.width, /* with_ghosts = */ false);
  auto compared = comparison_of(runs, size.width);
  if (!compared.empty()) lines.emplace_back();
  std::ranges::move(compared, std::back_inserter(lines));
  screen_.leave(lines, size);
}

}  // namespace waitbench
