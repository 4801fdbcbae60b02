// The task of the experiment as a generator: it yields what it waits for, and knows nothing of who
// waits for it. The coroutine type is all there is: no library runs it, only whoever resumes it.
#pragma once

#include <coroutine>
#include <utility>
#include <variant>

#include "record/event_log.hpp"
#include "task/options.hpp"

namespace waitbench {

// What a generator yields: a pause, or a descriptor that must be ready.
struct Readable {
  int descriptor;
};
struct Writable {
  int descriptor;
};
using Wanted = std::variant<Duration, Readable, Writable>;

// A coroutine that runs when it is resumed, from one co_yield to the next.
class Generator {
 public:
  struct promise_type {
    Wanted wanted;

    Generator get_return_object() { return Generator{Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Wanted next) noexcept {
      wanted = next;
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() { throw; }  // out of resume()
  };

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Generator() {
    if (handle_) handle_.destroy();
  }

  // Runs it to its next co_yield or to its end; throws what it throws.
  void resume() { handle_.resume(); }
  bool is_done() const { return handle_.done(); }
  const Wanted& wanted() const { return handle_.promise().wanted; }  // what it yielded last

 private:
  using Handle = std::coroutine_handle<promise_type>;
  explicit Generator(Handle handle) : handle_(handle) {}

  Handle handle_;
};

// Does the steps of run_task and records them. Resume it when what it yielded has come; sooner does
// harm only to a pause. Throws TaskError if anything fails or the echo differs. `options` and `log`
// must outlive it.
Generator generate_task(int id, const Options& options, EventLog& log);

}  // namespace waitbench
