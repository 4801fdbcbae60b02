// co_await without a library: a loop around poll(), two awaiters, and two coroutines with a pipe.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <coroutine>
#include <cstdio>
#include <exception>
#include <utility>
#include <vector>

using namespace std::chrono;
using Time = steady_clock::time_point;

// A suspended coroutine, and what it waits for: a readable descriptor, or a time.
struct Parked {
  std::coroutine_handle<> coroutine;
  int descriptor = -1;  // poll() skips negative descriptors
  Time due = Time::max();
};

class Loop {
 public:
  void park(Parked one) { parked_.push_back(one); }

  void run() {
    while (!parked_.empty()) {
      std::vector<pollfd> asked;
      Time next = Time::max();
      for (const Parked& one : parked_) {
        asked.push_back({one.descriptor, POLLIN, 0});
        next = std::min(next, one.due);
      }
      const auto left = std::max<milliseconds>(ceil<milliseconds>(next - steady_clock::now()), 0ms);
      poll(asked.data(), asked.size(), next == Time::max() ? -1 : static_cast<int>(left.count()));

      const auto before = std::exchange(parked_, {});  // who is resumed may park itself again
      for (size_t i = 0; i < before.size(); ++i) {
        if (asked[i].revents != 0 || before[i].due <= steady_clock::now())
          before[i].coroutine.resume();
        else
          park(before[i]);
      }
    }
  }

 private:
  std::vector<Parked> parked_;
};

// `co_await Pause{loop, 50ms}`
struct Pause {
  Loop& loop;
  milliseconds length;

  bool await_ready() { return length <= 0ms; }
  void await_suspend(std::coroutine_handle<> caller) {
    loop.park({.coroutine = caller, .due = steady_clock::now() + length});
  }
  void await_resume() {}
};

// `const char letter = co_await ReadLetter{loop, descriptor}`
struct ReadLetter {
  Loop& loop;
  int descriptor;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    loop.park({.coroutine = caller, .descriptor = descriptor});
  }
  char await_resume() {
    char letter = '?';
    return read(descriptor, &letter, 1) == 1 ? letter : '?';
  }
};

// What a coroutine of this program returns. It begins at once; its frame goes when it ends.
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Task send(Loop& loop, int to) {
  for (const char letter : {'a', 'b', 'c'}) {
    co_await Pause{loop, 50ms};
    std::printf("send: %c\n", letter);
    if (write(to, &letter, 1) != 1) std::terminate();
  }
}

Task receive(Loop& loop, int from) {
  for (int i = 0; i < 3; ++i) {
    const char letter = co_await ReadLetter{loop, from};
    std::printf("receive: %c\n", letter);
  }
}

int main() {
  std::array<int, 2> ends;
  if (pipe(ends.data()) != 0) return 1;
  Loop loop;
  receive(loop, ends[0]);
  send(loop, ends[1]);
  std::puts("main: both wait");
  loop.run();
}
