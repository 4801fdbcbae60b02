// Where the hooks keep what Asio tells them: in memory, until the client writes its records.
#include "record/asio_hooks.hpp"

#include <fmt/format.h>

#include <mutex>

#include "record/event_log.hpp"
#include "record/handler_log.hpp"

namespace waitbench {
namespace {

// A lock is all right here: nothing of a tracked client is measured.
struct Recorded {
  std::mutex mutex;
  std::uint64_t last_id = 0;
  std::vector<HandlerEvent> handlers;
};

// Never destroyed: loops that are static still tell of their end.
Recorded& recorded() {
  static auto* const all = new Recorded;
  return *all;
}

void record(std::uint64_t handler, HandlerStep step, std::string operation = "") {
  const auto now = Clock::now();
  const std::lock_guard lock{recorded().mutex};
  recorded().handlers.push_back({handler, step, std::move(operation), now, this_thread_id()});
}

std::uint64_t next_id() {
  const std::lock_guard lock{recorded().mutex};
  return ++recorded().last_id;
}

}  // namespace

void track_creation(TrackedHandler& handler, const char* object, const char* operation) {
  handler.id_ = next_id();
  record(handler.id_, HandlerStep::created, fmt::format("{}.{}", object, operation));
}

void track_operation(std::uint64_t handler, const char* object, const char* operation) {
  record(handler, HandlerStep::performed, fmt::format("{}.{}", object, operation));
}

void TrackedCompletion::begin_invocation() {
  record(id_, HandlerStep::began);
  has_begun_ = true;
}

void TrackedCompletion::end() {
  record(id_, HandlerStep::ended);
  id_ = 0;
}

TrackedCompletion::~TrackedCompletion() {
  if (id_ != 0) record(id_, has_begun_ ? HandlerStep::ended : HandlerStep::dropped);
}

std::vector<HandlerEvent> recorded_handlers() {
  const std::lock_guard lock{recorded().mutex};
  return recorded().handlers;
}

}  // namespace waitbench
