// Handlers as CSV: what a tracked client left.
#include <algorithm>

#include "record/handler_log.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace waitbench {

void read(std::string_view input) {
  const auto handlers = read_handlers(FileInMemory{input}.path());
  for (const HandlerEvent& handler : handlers) {
    expect(static_cast<size_t>(handler.step) < handler_step_names.size());
    expect(handler.time >= Clock::time_point{});
  }
  expect(std::ranges::is_sorted(handlers, {}, &HandlerEvent::time));
  expect(read_handlers(FileInMemory{to_csv(handlers)}.path()) == handlers);
}

}  // namespace waitbench
