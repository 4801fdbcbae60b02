// Events as CSV: what a child left.
#include <algorithm>

#include "record/event_log.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace waitbench {

void read(std::string_view input) {
  const auto events = read_csv(FileInMemory{input}.path());
  for (const Event& event : events) {
    expect(event.task >= 0);
    expect(std::ranges::count(step_names, name_of(event.step)) == 1);
    expect(event.time >= Clock::time_point{});
  }
  expect(read_csv(FileInMemory{to_csv(events)}.path()) == events);
}

}  // namespace waitbench
