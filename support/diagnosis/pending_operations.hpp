// Says what an Asio program waits for: which operations are pending, since when, and which line
// began each. One header to copy into a program of your own: Asio (standalone), C++20, Linux. Asio
// itself includes it, so all of the program is compiled with
//
//     -DASIO_CUSTOM_HANDLER_TRACKING='"pending_operations.hpp"'
//
// and, first of all in main, before there are other threads:
//
//     const waitbench::PendingWatch watch{5s, SIGUSR1};
//
// which tells on standard error whenever no handler has begun or ended for five seconds, once each
// time, and whenever SIGUSR1 comes:
//
//     nothing has happened for 5.0 s
//       socket.async_receive  pending for 5.0 s  client.cpp:17, ask
//       io_context.execute    running for 7.2 s on thread 4711
//
// Asio knows the line of an operation that a coroutine awaits with the default token, or with
// use_awaitable_t<>{} (not the constant use_awaitable); elsewhere it is told by
// ASIO_HANDLER_LOCATION((__FILE__, __LINE__, __func__)) in the scope. What an operation begins for
// itself has its line.
//
// It takes a lock and some memory for each operation: this is for finding a fault, not for keeping.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace waitbench {

struct PendingOperation {
  using Clock = std::chrono::steady_clock;

  std::string name;       // "socket.async_receive"
  const char* file = "";  // where it was begun; empty: not known
  int line = 0;
  const char* function = "";
  int thread = 0;           // that runs its handler; 0: it is pending
  Clock::time_point since;  // pending, or running
};

// All operations of this process. Its functions may be called from any thread.
class PendingOperations {
 public:
  using Clock = PendingOperation::Clock;

  static PendingOperations& all() {
    static auto* const operations = new PendingOperations;  // contexts may be static: outlives them
    return *operations;
  }

  std::uint64_t begin(PendingOperation operation) {
    const std::lock_guard lock{mutex_};
    progress_ = operation.since = Clock::now();
    operations_.emplace(++last_id_, std::move(operation));
    return last_id_;
  }

  // Its handler begins.
  void run(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    const auto operation = operations_.find(id);
    if (operation == operations_.end()) return;
    progress_ = operation->second.since = Clock::now();
    operation->second.thread = gettid();
  }

  void end(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    progress_ = Clock::now();
    operations_.erase(id);
  }

  // The oldest first.
  std::vector<PendingOperation> list() const {
    const std::lock_guard lock{mutex_};
    std::vector<PendingOperation> operations;
    for (const auto& [id, operation] : operations_) operations.push_back(operation);
    return operations;
  }

  // Where the operation `id` was begun.
  PendingOperation find(std::uint64_t id) const {
    const std::lock_guard lock{mutex_};
    const auto operation = operations_.find(id);
    return operation == operations_.end() ? PendingOperation{} : operation->second;
  }

  // When an operation or a handler last began or ended.
  Clock::time_point last_progress() const {
    const std::lock_guard lock{mutex_};
    return progress_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, PendingOperation> operations_;
  Clock::time_point progress_ = Clock::now();
};

inline std::string to_text(const std::vector<PendingOperation>& operations) {
  const auto now = PendingOperation::Clock::now();
  std::string text;
  for (const PendingOperation& operation : operations) {
    const std::chrono::duration<double> time = now - operation.since;
    char what[200], where[300] = "";
    std::snprintf(what, sizeof what, "  %-30s %s for %.1f s", operation.name.c_str(),
                  operation.thread ? "running" : "pending", time.count());
    text += what;
    if (operation.thread) text += " on thread " + std::to_string(operation.thread);
    const std::string_view file = operation.file;
    if (!file.empty())
      std::snprintf(where, sizeof where, "  %s:%d, %s", file.substr(file.rfind('/') + 1).data(),
                    operation.line, operation.function);
    text += where;
    text += '\n';
  }
  return text.empty() ? "  no operation is pending, and no handler runs\n" : text;
}

// Tells of what is pending, on standard error, from a thread of its own. It blocks the signal in
// the calling thread, and so in those that it starts later.
class PendingWatch {
 public:
  using Duration = PendingOperation::Clock::duration;

  explicit PendingWatch(Duration silence, int signal = SIGUSR1) : silence_(silence) {
    sigemptyset(&signals_);
    sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
  }

 private:
  void watch(const std::stop_token& stop) const {
    constexpr timespec between_looks{.tv_sec = 0, .tv_nsec = 50'000'000};
    auto told = PendingOperation::Clock::time_point{};  // of the silence since then
    while (!stop.stop_requested()) {
      if (sigtimedwait(&signals_, nullptr, &between_looks) > 0) tell("pending:");
      const auto progress = PendingOperations::all().last_progress();
      const std::chrono::duration<double> silent = PendingOperation::Clock::now() - progress;
      if (silent < silence_ || progress == told) continue;
      told = progress;
      char head[60];
      std::snprintf(head, sizeof head, "nothing has happened for %.1f s", silent.count());
      tell(head);
    }
  }

  static void tell(const char* head) {
    std::fprintf(stderr, "%s\n%s", head, to_text(PendingOperations::all().list()).c_str());
  }

  Duration silence_;
  sigset_t signals_;
  std::jthread thread_;
};

// --- What Asio calls -----------------------------------------------------------------------------

namespace tracking {

// Asio's operations inherit it.
class TrackedHandler {
 private:
  friend void create(TrackedHandler& handler, const char* object, const char* operation);
  friend class Completion;
  std::uint64_t id_ = 0;
};

// Lives on the stack of who begins an operation.
class Location {
 public:
  Location(const char* file, int line, const char* function)
      : outer_(innermost()), file_(file), line_(line), function_(function) {
    innermost() = this;
  }
  Location(const Location&) = delete;
  Location& operator=(const Location&) = delete;
  ~Location() { innermost() = outer_; }

  // The line of the program that leads here; without a file, if none is known.
  static void find(PendingOperation& operation) {
    for (const Location* at = innermost(); at; at = at->outer_) {
      if (!at->file_ || std::string_view{at->file_}.find("asio/impl/") != std::string_view::npos)
        continue;
      operation.file = at->file_;
      operation.line = at->line_;
      operation.function = at->function_ ? at->function_ : "";
    }
  }

 private:
  static Location*& innermost() {
    thread_local Location* location = nullptr;
    return location;
  }

  Location* outer_;
  const char* file_;
  int line_;
  const char* function_;
};

// Lives on the stack of the thread that completes an operation: its handler runs between `begin`
// and `end`, or never, or ends by throwing.
class Completion {
 public:
  explicit Completion(const TrackedHandler& handler)
      : id_(handler.id_), operation_(PendingOperations::all().find(id_)), outer_(current()) {
    current() = this;
  }
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() {
    end();
    current() = outer_;
  }

  template <typename... Results>
  void begin(const Results&...) {
    PendingOperations::all().run(id_);
  }
  void end() {
    if (id_ != 0) PendingOperations::all().end(id_);
    id_ = 0;
  }

  // What the handler that this thread runs had been begun as.
  static PendingOperation running() {
    return current() ? current()->operation_ : PendingOperation{};
  }

 private:
  static Completion*& current() {
    thread_local Completion* completion = nullptr;
    return completion;
  }

  std::uint64_t id_;
  PendingOperation operation_;
  Completion* outer_;
};

inline void create(TrackedHandler& handler, const char* object, const char* operation) {
  PendingOperation begun =
      Completion::running();  // whose line is that of what it begins for itself
  begun.name = std::string{object} + "." + operation;
  begun.thread = 0;
  Location::find(begun);
  handler.id_ = PendingOperations::all().begin(std::move(begun));
}

// What Asio hands over besides: contexts, addresses, descriptors.
template <typename Context, typename Object, typename Native>
void create(Context&, TrackedHandler& handler, const char* object, Object*, Native,
            const char* operation) {
  create(handler, object, operation);
}

template <typename... All>
void ignore(const All&...) {}

}  // namespace tracking
}  // namespace waitbench

#define ASIO_INHERIT_TRACKED_HANDLER : public waitbench::tracking::TrackedHandler
#define ASIO_ALSO_INHERIT_TRACKED_HANDLER , public waitbench::tracking::TrackedHandler

#define ASIO_HANDLER_TRACKING_INIT (void)0
#define ASIO_HANDLER_LOCATION(arguments) waitbench::tracking::Location tracked_location arguments
#define ASIO_HANDLER_CREATION(arguments) waitbench::tracking::create arguments
#define ASIO_HANDLER_COMPLETION(arguments) \
  waitbench::tracking::Completion tracked_completion arguments
#define ASIO_HANDLER_INVOCATION_BEGIN(arguments) tracked_completion.begin arguments
#define ASIO_HANDLER_INVOCATION_END tracked_completion.end()
#define ASIO_HANDLER_OPERATION(arguments) waitbench::tracking::ignore arguments
#define ASIO_HANDLER_REACTOR_REGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_DEREGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_READ_EVENT 1
#define ASIO_HANDLER_REACTOR_WRITE_EVENT 2
#define ASIO_HANDLER_REACTOR_ERROR_EVENT 4
#define ASIO_HANDLER_REACTOR_EVENTS(arguments) (void)0
#define ASIO_HANDLER_REACTOR_OPERATION(arguments) waitbench::tracking::ignore arguments
