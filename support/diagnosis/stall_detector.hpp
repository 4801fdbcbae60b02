// Says who holds up an event loop, while it does: since when, on which OS thread, in which handler.
// One header to copy into a program of your own: Asio (standalone), C++20, Linux.
//
//     asio::io_context loop;
//     StallDetector detector{loop, 50ms};  // tells on standard error
//
//     post(loop, detector.named("resize", [] { resize(image); }));
//     {
//       const StallDetector::Doing doing{detector, "resize"};  // within a coroutine, say
//       resize(image);
//     }
//
// A thread of the detector's own posts a heartbeat to the loop, four within the threshold, and
// looks whether it was served. Where the loop has several threads, it is held up when all of them
// are. Nothing is told as long as every heartbeat comes within the threshold, before the loop first
// runs, or once it has been stopped. A pending heartbeat doesn't keep run() from returning.
//
// Lifetime: make it after the loop, and end it before the loop goes and after the last run() has
// returned. Threads: `report` is called on the detector's thread, and must not throw; `named` and
// `Doing` may be used on any thread. A `Doing` must not live across a co_await, where the thread
// goes elsewhere.
#pragma once

#include <unistd.h>

#include <array>
#include <asio/associator.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace waitbench {

template <typename Handler>
class NamedHandler;

class StallDetector {
 public:
  using Clock = std::chrono::steady_clock;
  using Duration = Clock::duration;

  struct Stall {
    std::string handler;  // what it was named; empty if it has no name
    int thread = 0;       // OS thread id (gettid); without a name, that which last served the loop
    Clock::time_point since;  // without a name, up to a quarter of the threshold too late
    Duration held{};          // so far, or in all
    bool over = false;        // each stall is told twice: when it is found, and when it is over
  };
  using Report = std::function<void(const Stall&)>;

  // `Context` is an asio::io_context, or anything that handlers can be posted to.
  template <typename Context>
  StallDetector(Context& context, Duration threshold, Report report = tell_on_standard_error)
      : threshold_(threshold),
        report_(std::move(report)),
        post_heartbeat_([this, &context] { asio::post(context, [this] { beat(); }); }),
        stopped_([&context] {
          if constexpr (requires { context.stopped(); }) return context.stopped();
          return false;
        }) {
    post_heartbeat_();  // before whatever is posted from now on
    thread_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
  }
  StallDetector(const StallDetector&) = delete;
  StallDetector& operator=(const StallDetector&) = delete;

 private:
  struct Slot {
    std::atomic<bool> taken = false;
    std::atomic<const char*> name = nullptr;  // what stands below is that of this name, or newer
    std::atomic<int> thread = 0;
    std::atomic<Clock::time_point> since;
  };

 public:
  // Says what the calling thread does until the end of the scope. `name` is a literal, or outlives
  // the detector. Where more than 64 are there at once, the rest have no name.
  class Doing {
   public:
    Doing(StallDetector& detector, const char* name) : slot_(detector.take_slot()) {
      if (!slot_) return;
      slot_->thread.store(gettid(), std::memory_order_relaxed);
      slot_->since.store(Clock::now(), std::memory_order_relaxed);
      slot_->name.store(name, std::memory_order_release);  // who reads the name reads these
    }
    Doing(const Doing&) = delete;
    Doing& operator=(const Doing&) = delete;
    ~Doing() {
      if (!slot_) return;
      slot_->name.store(nullptr, std::memory_order_relaxed);
      slot_->taken.store(false, std::memory_order_release);
    }

   private:
    Slot* slot_;
  };

  // The same handler, whose name is known while it runs. Its executor, allocator and cancellation
  // slot stay what they were.
  template <typename Handler>
  NamedHandler<std::decay_t<Handler>> named(const char* name, Handler&& handler) {
    return {*this, name, std::forward<Handler>(handler)};
  }

  static void tell_on_standard_error(const Stall& stall) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(stall.held).count();
    std::fprintf(stderr, "stall: %s %s the loop for %lld ms on thread %d\n",
                 stall.handler.empty() ? "a handler without a name" : stall.handler.c_str(),
                 stall.over ? "held" : "has been holding", static_cast<long long>(ms),
                 stall.thread);
  }

 private:
  // The first free one; null if there is none.
  Slot* take_slot() {
    for (Slot& slot : slots_) {
      if (slot.taken.load(std::memory_order_relaxed)) continue;
      if (!slot.taken.exchange(true, std::memory_order_acquire)) return &slot;
    }
    return nullptr;
  }

  // Runs on the loop.
  void beat() {
    beat_thread_.store(gettid(), std::memory_order_relaxed);
    served_.store(Clock::now(), std::memory_order_relaxed);
    pending_.store(false, std::memory_order_release);
  }

  void watch(const std::stop_token& stop) {
    std::mutex nobody_else_locks_it;
    std::unique_lock lock{nobody_else_locks_it};
    std::condition_variable_any stopping;
    while (!stop.stop_requested()) {
      look();
      stopping.wait_for(lock, stop, threshold_ / 4, [] { return false; });
    }
  }

  void look() {
    if (!pending_.load(std::memory_order_acquire)) {
      if (const int thread = beat_thread_.load(std::memory_order_relaxed)) threads_.insert(thread);
      if (stall_) tell_that_it_is_over();
      posted_ = Clock::now();
      pending_.store(true, std::memory_order_relaxed);
      post_heartbeat_();
    } else if (!stall_ && !threads_.empty() && Clock::now() - posted_ >= threshold_ &&
               !stopped_()) {
      stall_ = find_culprit();
      report_(*stall_);
    }
  }

  void tell_that_it_is_over() {
    stall_->over = true;
    stall_->held = served_.load(std::memory_order_relaxed) - stall_->since;
    report_(*stall_);
    stall_.reset();
  }

  // What a thread of the loop has been doing the longest, if that has a name and takes up more than
  // half of the time: the loop may as well be held up by many that are short.
  Stall find_culprit() const {
    const auto now = Clock::now();
    Stall stall{"", beat_thread_.load(std::memory_order_relaxed), posted_};
    for (const Slot& slot : slots_) {
      const char* name = slot.name.load(std::memory_order_acquire);
      const auto since = slot.since.load(std::memory_order_relaxed);
      const int thread = slot.thread.load(std::memory_order_relaxed);
      if (!name || !threads_.contains(thread) || now - since < (now - posted_) / 2) continue;
      if (stall.handler.empty() || since < stall.since) stall = {name, thread, since};
    }
    stall.held = now - stall.since;
    return stall;
  }

  const Duration threshold_;
  const Report report_;
  const std::function<void()> post_heartbeat_;
  const std::function<bool()> stopped_;

  std::array<Slot, 64> slots_;
  std::atomic<bool> pending_ = true;  // a heartbeat has been posted and not been served
  std::atomic<int> beat_thread_ = 0;
  std::atomic<Clock::time_point> served_;

  // The detector's thread alone uses these.
  Clock::time_point posted_ = Clock::now();
  std::set<int> threads_;  // that have served the loop
  std::optional<Stall> stall_;

  std::jthread thread_;  // the last: it uses all of the above
};

template <typename Handler>
class NamedHandler {
 public:
  NamedHandler(StallDetector& detector, const char* name, Handler handler)
      : detector_(&detector), name_(name), handler_(std::move(handler)) {}

  template <typename... Arguments>
  void operator()(Arguments&&... arguments) {
    const StallDetector::Doing doing{*detector_, name_};
    handler_(std::forward<Arguments>(arguments)...);
  }

  const Handler& wrapped() const { return handler_; }

 private:
  StallDetector* detector_;
  const char* name_;
  Handler handler_;
};

}  // namespace waitbench

// What is associated with the handler is associated with the named one.
template <template <typename, typename> class Associator, typename Handler, typename Default>
struct asio::associator<Associator, waitbench::NamedHandler<Handler>, Default> {
  using type = typename Associator<Handler, Default>::type;
  static decltype(auto) get(const waitbench::NamedHandler<Handler>& named,
                            const Default& fallback = Default()) noexcept {
    return Associator<Handler, Default>::get(named.wrapped(), fallback);
  }
};
