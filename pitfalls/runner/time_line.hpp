// What happened when, and on which thread, as a program notes it itself: what the verdicts are
// computed from, what the watchdog looks at, and what can be drawn.
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/time.hpp"

namespace waitbench::pitfalls {

enum class Kind {
  event,    // a moment
  holding,  // keeps its thread: it computes, or a call blocks
  pending,  // waits without a thread; `thread` is where the wait began
  running,  // the thread runs the event loop `loop`
  blocked,  // the thread is blocked until the event loop `loop` has done `what`
};

inline constexpr std::array<std::string_view, 5> kind_names{"event", "holding", "pending",
                                                            "running", "blocked"};

struct Stretch {
  Kind kind = Kind::event;
  std::string what;
  std::string loop;
  int process = 0;
  int thread = 0;
  Clock::time_point from;
  std::optional<Clock::time_point> to;  // none: it never ended
  int ended_on = 0;                     // the thread; 0: it never ended
};

// Any thread may note and ask at any time.
class TimeLine {
 public:
  // Ends its stretch when it goes.
  class Scope {
   public:
    Scope(TimeLine& line, size_t index) : line_(line), index_(index) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { line_.end(index_); }

   private:
    TimeLine& line_;
    size_t index_;
  };

  void event(std::string_view what);
  [[nodiscard]] Scope holding(std::string_view what);
  [[nodiscard]] Scope pending(std::string_view what);
  [[nodiscard]] Scope running(std::string_view loop);
  [[nodiscard]] Scope blocked(std::string_view what, std::string_view loop);

  // Takes over what another process noted; all processes read the same clock.
  void add(const std::vector<Stretch>& others);

  std::vector<Stretch> stretches() const;

  // --- What can be asked of it: `what` names events or stretches ---

  int count(std::string_view what) const;
  // How many began within the stretches named `outer`.
  int count_during(std::string_view what, std::string_view outer) const;
  // How many began before the first of `other` did.
  int count_before(std::string_view what, std::string_view other) const;
  // The most stretches of that name at the same time.
  int most_at_once(std::string_view what) const;
  // From one beginning to the next.
  Duration longest_gap(std::string_view what) const;
  // What has not ended lasts until now.
  Duration longest(std::string_view what) const;
  // From the first beginning to the last end.
  Duration span(std::string_view what) const;
  // From the first beginning of one to the first or last of the other.
  Duration from_to_first(std::string_view what, std::string_view other) const;
  Duration from_to_last(std::string_view what, std::string_view other) const;
  int threads_of(std::string_view what) const;

 private:
  size_t begin(Kind kind, std::string_view what, std::string_view loop);
  void end(size_t index);
  std::vector<Stretch> named(std::string_view what) const;

  mutable std::mutex mutex_;
  std::vector<Stretch> stretches_;
};

inline double in_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

}  // namespace waitbench::pitfalls
