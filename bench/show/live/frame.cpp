// Decides which lines there is room for, and writes those around the picture.
#include "bench/show/live/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "bench/show/figures.hpp"

namespace waitbench {
namespace {

constexpr int title_and_progress = 2;

// Whose connection is accepted the server knows only when it answers; what a client has written
// waits.
Line server_counts(const RunSoFar& run) {
  const auto count = [&](Step step) { return std::ranges::count(run.events, step, &Event::step); };
  const auto echoed = count(Step::echoed);
  return to_line(
      fmt::format("server {} waiting, {} echoed", count(Step::written) - echoed, echoed));
}

Line cut(Line line, int width) {
  line.resize(std::min(line.size(), static_cast<size_t>(std::max(1, width)) - 1));
  return line;
}

// Entries beside each other, as many in a line as there is room for.
std::vector<Line> laid_out(const std::vector<Line>& entries, int width) {
  constexpr size_t gap = 2;
  std::vector<Line> lines;
  for (const Line& entry : entries) {
    if (lines.empty() || lines.back().size() + gap + entry.size() >= static_cast<size_t>(width))
      lines.emplace_back();
    else
      append(lines.back(), std::string(gap, ' '));
    std::ranges::copy(entry, std::back_inserter(lines.back()));
  }
  for (Line& line : lines) line = cut(line, width);
  return lines;
}

Line meaning(Line sample, std::string_view text) {
  append(sample, text);
  return sample;
}

}  // namespace

std::vector<Line> frame_of(const RunSoFar& run, const std::string& progress, Size size) {
  int room = size.height - 1 - title_and_progress;
  const auto picture = run.has_picture ? picture_of(run, {size.width, room}) : std::vector<Line>{};
  room -= static_cast<int>(picture.size());
  const auto if_room = [&](std::vector<Line> lines) {
    if (picture.empty() || std::ssize(lines) > room) lines.clear();
    room -= static_cast<int>(lines.size());
    return lines;
  };
  auto explained = has_row_per_task(run.tasks, {size.width, static_cast<int>(picture.size())})
                       ? legend(size.width, true)
                       : laid_out({meaning({{"-", Ink::ghost}}, " predicted")}, size.width);
  explained.insert(explained.begin(), Line{});
  const auto below = if_room(std::move(explained));
  const auto server = if_room({cut(server_counts(run), size.width)});
  const auto lesson = if_room(wrapped(run.lesson, size.width));

  std::vector<Line> lines{
      to_line(caption_of(run, size.width, /* with_bar = */ picture.empty()), Ink::strong)};
  for (const auto* part : {&lesson, &picture, &server, &below})
    std::ranges::copy(*part, std::back_inserter(lines));
  if (std::ssize(lines) < size.height - 1) lines.push_back(cut(to_line(progress), size.width));
  return lines;
}

bool frame_has_row_per_task(int tasks, Size size) {
  return has_row_per_task(tasks, {size.width, size.height - 1 - title_and_progress});
}

std::string caption_of(const RunSoFar& run, int width, bool with_bar) {
  const int decimals = run.predicted < Seconds{1} ? 2 : 1;
  const std::string elapsed = fmt::format("{:.{}f}", run.elapsed.count(), decimals);
  const std::string predicted = fmt::format("{:.{}f} s", run.predicted.count(), decimals);
  constexpr int bar_width = 20;
  const double part = run.predicted.count() > 0 ? std::min(1.0, run.elapsed / run.predicted) : 1.0;
  const int filled = static_cast<int>(part * bar_width);

  std::vector<std::string> forms{
      fmt::format("{}: {} s of {} predicted", run.title, elapsed, predicted),
      fmt::format("{}: {} of {}", run.title.substr(0, run.title.find(',')), elapsed, predicted),
      fmt::format("{} of {}", elapsed, predicted), elapsed};
  if (with_bar)
    forms.insert(forms.begin(),
                 fmt::format("{} [{:#>{}}{:.>{}}] {} s of {} predicted", run.title, "", filled, "",
                             bar_width - filled, elapsed, predicted));
  const auto fits = [&](const std::string& form) { return std::ssize(form) < width; };
  const auto form = std::ranges::find_if(forms, fits);
  return form == forms.end() ? "" : *form;
}

std::vector<Line> legend(int width, bool with_ghosts) {
  const Line ghosts{{"-", Ink::ghost}, {"=", Ink::ghost}, {"|"}};
  return laid_out(
      {meaning({{".", Ink::connect}}, " connect"), meaning({{"/", Ink::response}}, " response"),
       meaning({{"x", Ink::ready}}, " ready, no thread"),
       meaning({{"1", Ink::compute}, {"#", Ink::compute}}, " compute, thread 1"),
       meaning(with_ghosts ? ghosts : Line{{"|"}}, " predicted")},
      width);
}

std::string progress_of(int run, int runs, std::optional<Seconds> to_go) {
  std::string text = fmt::format("run {}", run);
  if (runs > 0) text += fmt::format(" of {}", runs);
  if (to_go)
    text += fmt::format(", about {} to go", plain_seconds(Seconds{std::ceil(to_go->count())}));
  return text;
}

}  // namespace waitbench
