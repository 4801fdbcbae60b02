// Measures what it takes to start something that does nothing and to wait until it is done, from a
// coroutine to a process.
#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <coroutine>
#include <future>
#include <system_error>
#include <thread>

#include "task/asio_types.hpp"

namespace waitbench {
namespace {

void do_nothing() {}

// --- Coroutines ----------------------------------------------------------------------------------

// The least that C++ lets a coroutine be: a frame, and whoever resumes it.
class BareCoroutine {
 public:
  struct promise_type {
    BareCoroutine get_return_object() { return BareCoroutine{*this}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };

  BareCoroutine(const BareCoroutine&) = delete;
  BareCoroutine& operator=(const BareCoroutine&) = delete;
  ~BareCoroutine() { frame_.destroy(); }

  void resume() { frame_.resume(); }

 private:
  using Frame = std::coroutine_handle<promise_type>;
  explicit BareCoroutine(promise_type& promise) : frame_(Frame::from_promise(promise)) {}

  Frame frame_;
};

[[gnu::noinline]] BareCoroutine do_nothing_when_resumed() {
  co_return;
}

void create_and_resume_a_coroutine(benchmark::State& state) {
  for (auto _ : state) do_nothing_when_resumed().resume();
}
BENCHMARK(create_and_resume_a_coroutine);

Awaitable<> do_nothing_asynchronously() {
  co_return;
}

void spawn_and_join_a_coroutine(benchmark::State& state) {
  asio::io_context loop{1};
  for (auto _ : state) {
    co_spawn(loop, do_nothing_asynchronously(), rethrow);
    loop.run();
    loop.restart();
  }
}
BENCHMARK(spawn_and_join_a_coroutine);

// --- Threads -------------------------------------------------------------------------------------

void create_and_join_a_thread(benchmark::State& state) {
  for (auto _ : state) std::thread{do_nothing}.join();
}
BENCHMARK(create_and_join_a_thread)->UseRealTime();

void run_with_std_async(benchmark::State& state) {
  for (auto _ : state) std::async(std::launch::async, do_nothing).get();
}
BENCHMARK(run_with_std_async)->UseRealTime();

// --- A process -----------------------------------------------------------------------------------

void spawn_and_reap_a_process(benchmark::State& state) {
  std::string program = "/bin/true";
  std::array<char*, 2> arguments{program.data(), nullptr};
  for (auto _ : state) {
    pid_t child{};
    const int error = posix_spawn(&child, program.c_str(), {}, {}, arguments.data(), environ);
    if (error != 0) throw std::system_error(error, std::generic_category(), program);
    waitpid(child, nullptr, 0);
  }
}
BENCHMARK(spawn_and_reap_a_process)->UseRealTime();

}  // namespace
}  // namespace waitbench
