// A bar or plain lines.
#include "bench/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace waitbench {
namespace {

constexpr int bar_width = 20;
constexpr Seconds between_drawings{0.1};

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool can_draw_in_place() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && !is_set("CI") && !is_set("NO_COLOR") &&
         terminal != nullptr && std::string_view{terminal} != "dumb";
}

std::string outcome(const Run& run) {
  if (run.status != Status::ok) return fmt::format("{}: {}", name_of(run.status), run.message);
  return fmt::format("{:.3f} s, {}", run.makespan->count(), run.verdict);
}

}  // namespace

Progress::Progress(int runs, bool in_place)
    : runs_(runs), in_place_(in_place && can_draw_in_place()) {}

void Progress::begin(const PlannedRun& planned) {
  const int tasks = planned.workload.tasks;
  ++begun_;
  predicted_ = planned.model->predict(planned.workload);
  drawn_at_ = Seconds{-1};
  what_ = fmt::format("[{}{}] {}{}, {} task{}", begun_, runs_ > 0 ? fmt::format("/{}", runs_) : "",
                      planned.is_warmup ? "warm-up " : "", planned.model->name, tasks,
                      tasks == 1 ? "" : "s");
  if (in_place_)
    update(Seconds{0});
  else
    fmt::print(stderr, "{}: predicted {:.3f} s, ", what_, predicted_.count());
}

void Progress::update(Seconds elapsed) {
  if (!in_place_ || elapsed - drawn_at_ < between_drawings) return;
  drawn_at_ = elapsed;
  const double part = predicted_.count() > 0 ? std::min(1.0, elapsed / predicted_) : 1.0;
  const int filled = static_cast<int>(part * bar_width);
  fmt::print(stderr, "\r{} [{:#>{}}{:.>{}}] {:.1f} s of {:.1f} s predicted\x1b[K", what_, "",
             filled, "", bar_width - filled, elapsed.count(), predicted_.count());
}

void Progress::end(const Run& run) {
  clear_bar();
  if (in_place_)
    fmt::print(stderr, "{}: predicted {:.3f} s, {}\n", what_, predicted_.count(), outcome(run));
  else
    fmt::print(stderr, "{}\n", outcome(run));
}

void Progress::interrupted() {
  clear_bar();
  fmt::print(stderr, "{}interrupted\n", in_place_ ? what_ + ": " : "");
}

void Progress::clear_bar() const {
  if (in_place_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace waitbench
