// Groups the threads by what they were at.
#include "exercises/judge/halt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "bench/show/live/picture.hpp"

namespace waitbench {
namespace {

std::string_view words_for(Busy busy) {
  switch (busy) {
    case Busy::running:
      return "computed, or asked again and again";
    case Busy::for_thread:
      return "waited for another thread (a lock, a future, a join)";
    case Busy::for_events:
      return "waited for sockets or timers";
    case Busy::in_read:
      return "waited in a call that blocks until something comes";
    case Busy::sleeping:
      return "slept";
    case Busy::other:
      break;
  }
  return "waited in another call";
}

// "thread 1", "threads 2, 3 and 4", "12 threads"
std::string list_of(const std::vector<int>& numbers) {
  constexpr size_t most_listed = 4;
  if (numbers.size() == 1) return fmt::format("thread {}", numbers.front());
  if (numbers.size() > most_listed) return fmt::format("{} threads", numbers.size());
  std::string text = fmt::format("threads {}", numbers.front());
  for (size_t i = 1; i < numbers.size(); ++i)
    text += fmt::format("{}{}", i + 1 == numbers.size() ? " and " : ", ", numbers[i]);
  return text;
}

// Threads that do the same: those with a number in the picture, and how many took no step.
struct Group {
  std::vector<int> numbers;
  int without_step = 0;
};

std::vector<std::string> names_of(Group group) {
  std::vector<std::string> names;
  std::ranges::sort(group.numbers);
  if (!group.numbers.empty()) names.push_back(list_of(group.numbers));
  if (group.without_step == 1) names.emplace_back("a thread that had taken no step");
  if (group.without_step > 1)
    names.push_back(fmt::format("{} threads that had taken no step", group.without_step));
  return names;
}

}  // namespace

std::string halt_text(const Run& run) {
  const auto waits_for_thread = [](const ThreadAtCut& one) { return one.busy == Busy::for_thread; };
  const auto& threads = run.at_cut;
  if (threads.empty()) return "";
  if (std::ranges::all_of(threads, waits_for_thread))
    return threads.size() == 1
               ? "Its only thread waited for another one, and there was none."
               : fmt::format(
                     "All of its {} threads waited for one another: none was left to wake "
                     "them.",
                     threads.size());

  const auto numbers = thread_numbers(run.events);
  std::map<Busy, Group> groups;
  for (const auto& [thread, busy] : threads) {
    if (const auto found = numbers.find(thread); found != numbers.end())
      groups[busy].numbers.push_back(found->second);
    else
      ++groups[busy].without_step;
  }
  std::vector<std::string> parts;
  for (const auto& [busy, group] : groups)
    parts.push_back(fmt::format("{} {}", fmt::join(names_of(group), " and "), words_for(busy)));
  return fmt::format("Then {}.", fmt::join(parts, ", and "));
}

}  // namespace waitbench
