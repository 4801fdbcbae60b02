// Shows progress as a picture on a terminal, and as plain lines elsewhere.
#include "bench/show/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

namespace waitbench {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_drawings = 100ms;

// How many times as long as a drawing took nothing is drawn: with very many tasks, less often.
constexpr int rest_after_drawing = 100;

// Of more tasks than that, the looking itself would take its time.
constexpr int most_tasks_to_look_at = 100'000;

std::string outcome(const Run& run) {
  if (run.status != Status::ok) return fmt::format("{}: {}", name_of(run.status), run.message);
  return fmt::format("{:.3f} s, {}", run.makespan->count(), run.verdict);
}

Line to_line(std::string_view text) {
  Line line;
  for (const char character : text) line.push_back({character});
  return line;
}

}  // namespace

Progress::Progress(const ProgressOptions& options)
    : options_(options), is_live_(options.live && can_draw_in_place()) {}

void Progress::begin(const PlannedRun& planned) {
  const int tasks = planned.workload.tasks;
  ++begun_;
  position_ =
      fmt::format("[{}{}]", begun_, options_.runs > 0 ? fmt::format("/{}", options_.runs) : "");
  title_ = fmt::format("{}{}, {} task{}", planned.is_warmup ? "warm-up " : "", planned.model->name,
                       tasks, tasks == 1 ? "" : "s");
  if (const auto& arrivals = planned.workload.arrivals)
    title_ += fmt::format(" at {}/s", arrivals->rate);
  so_far_ = {
      .position = position_,
      .title = title_,
      .tasks = tasks,
      .predicted = predicted_makespan(*planned.model, planned.workload),
      .computing_at_most = expected_structure(planned.model->facts, planned.workload).computing};
  if (is_live_)
    begin_live(planned);
  else
    fmt::print(stderr, "{}: predicted {:.3f} s, ", what(), so_far_.predicted.count());
}

void Progress::begin_live(const PlannedRun& planned) {
  if (begun_ == 1) screen_.leave(legend(size_of_terminal().width), "", size_of_terminal());
  is_to_stay_ = options_.each_runs_once && !planned.is_warmup;
  so_far_.axis = common_axis(options_.compared, planned.workload);
  can_be_drawn_ = so_far_.tasks <= most_tasks_to_look_at && planned.workload.clients == 1;
  look(nullptr);
}

void Progress::update(Clock::time_point start, const SharedBoard* board) {
  const auto now = Clock::now();
  if (!is_live_ || now < next_drawing_) return;
  so_far_.start = start;
  so_far_.elapsed = now - start;
  look(can_be_drawn_ ? board : nullptr);
}

void Progress::look(const SharedBoard* board) {
  const auto began = Clock::now();
  const Size size = size_of_terminal();
  std::vector<Line> lines;
  if (board != nullptr) {
    so_far_.events = board->events();
    lines = picture_of(so_far_, size);
  }
  lines.push_back(to_line(caption_of(so_far_, size.width, /* with_bar = */ lines.empty())));
  screen_.draw(std::move(lines), size);
  const auto now = Clock::now();
  next_drawing_ = std::max(began + between_drawings, now + rest_after_drawing * (now - began));
}

void Progress::end(const Run& run) {
  if (!is_live_) {
    fmt::print(stderr, "{}\n", outcome(run));
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
  const Size size = size_of_terminal();
  screen_.leave(
      final_picture(size),
      fmt::format("{}: predicted {:.3f} s, {}", what(), so_far_.predicted.count(), outcome(run)),
      size);
}

void Progress::interrupted() {
  if (!is_live_) {
    fmt::print(stderr, "interrupted\n");
    return;
  }
  const Size size = size_of_terminal();
  screen_.leave(final_picture(size), what() + ": interrupted", size);
}

// Counts of tasks say nothing any more when all have finished; one row per task tells the whole
// story.
std::vector<Line> Progress::final_picture(Size size) const {
  if (!is_to_stay_ || !can_be_drawn_ || !has_row_per_task(so_far_.tasks, size)) return {};
  return picture_of(so_far_, size);
}

std::string Progress::what() const {
  return position_ + " " + title_;
}

}  // namespace waitbench
