// Asio's custom handler tracking: the classes and macros that Asio calls where it creates a handler
// and where it runs it. Asio itself includes this file, in the build of the tracked clients alone
// (ASIO_CUSTOM_HANDLER_TRACKING). It adds members to Asio's classes: whatever is linked together
// must be compiled with it, or all of it without.
#pragma once

#include <cstdint>
#include <utility>

namespace waitbench {

// Asio's operations inherit it.
class TrackedHandler {
 public:
  std::uint64_t handler_id() const { return id_; }

 private:
  friend void track_creation(TrackedHandler& handler, const char* object, const char* operation);
  std::uint64_t id_ = 0;
};

void track_creation(TrackedHandler& handler, const char* object, const char* operation);
void track_operation(std::uint64_t handler, const char* object, const char* operation);

// Lives on the stack of the thread that completes an operation: the handler, which `end` may find
// destroyed, runs between `begin` and `end`, or never, or ends by throwing.
class TrackedCompletion {
 public:
  explicit TrackedCompletion(const TrackedHandler& handler) : id_(handler.handler_id()) {}
  TrackedCompletion(const TrackedCompletion&) = delete;
  TrackedCompletion& operator=(const TrackedCompletion&) = delete;
  ~TrackedCompletion();

  template <typename... Results>
  void begin(const Results&...) {
    begin_invocation();
  }
  void end();

 private:
  void begin_invocation();

  std::uint64_t id_;  // 0 when it has ended
  bool has_begun_ = false;
};

// What Asio hands over beyond what is kept: contexts, addresses, descriptors, results.
template <typename Context, typename Object, typename Native>
void track_creation(Context&, TrackedHandler& handler, const char* object, Object*, Native,
                    const char* operation) {
  track_creation(handler, object, operation);
}
template <typename Context, typename Object, typename Native>
void track_operation(Context&, const char* object, Object*, Native, const char* operation) {
  track_operation(0, object, operation);
}
template <typename... Results>
void track_reactor_operation(const TrackedHandler& handler, const char* operation,
                             const Results&...) {
  track_operation(handler.handler_id(), "reactor", operation);
}

}  // namespace waitbench

#define ASIO_INHERIT_TRACKED_HANDLER : public waitbench::TrackedHandler
#define ASIO_ALSO_INHERIT_TRACKED_HANDLER , public waitbench::TrackedHandler

#define ASIO_HANDLER_TRACKING_INIT (void)0
#define ASIO_HANDLER_LOCATION(arguments) (void)0
#define ASIO_HANDLER_CREATION(arguments) waitbench::track_creation arguments
#define ASIO_HANDLER_COMPLETION(arguments) waitbench::TrackedCompletion tracked_completion arguments
#define ASIO_HANDLER_INVOCATION_BEGIN(arguments) tracked_completion.begin arguments
#define ASIO_HANDLER_INVOCATION_END tracked_completion.end()
#define ASIO_HANDLER_OPERATION(arguments) waitbench::track_operation arguments

#define ASIO_HANDLER_REACTOR_REGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_DEREGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_READ_EVENT 1
#define ASIO_HANDLER_REACTOR_WRITE_EVENT 2
#define ASIO_HANDLER_REACTOR_ERROR_EVENT 4
#define ASIO_HANDLER_REACTOR_EVENTS(arguments) (void)0
#define ASIO_HANDLER_REACTOR_OPERATION(arguments) waitbench::track_reactor_operation arguments
