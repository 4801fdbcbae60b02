// Reads /proc/PID/task, the system call that a thread is in, and the clock that counts a process's
// CPU time.
#include "bench/run/thread_watch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace waitbench {
namespace {

constexpr int rest_after_look = 100;  // times as long as the look took

// How many threads the process has: a directory has two links more than it has directories.
std::optional<size_t> count_threads(const std::string& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) return std::nullopt;
  return status.st_nlink - 2;
}

std::vector<int> list_threads(const std::string& directory) {
  std::vector<int> threads;
  std::error_code gone;
  for (auto entry = std::filesystem::directory_iterator{directory, gone};
       !gone && entry != std::filesystem::directory_iterator{}; entry.increment(gone))
    threads.push_back(std::atoi(entry->path().filename().c_str()));
  return threads;
}

// What a wrapper starts and waits for has the threads that matter. A wrapper itself has few.
constexpr size_t most_threads_of_wrapper = 16;

// Adds the threads of the process and of its children. Returns whether the list is whole: where a
// thread ended meanwhile, the kernel may have left others out.
bool add_threads(pid_t process, std::vector<int>& threads) {
  const std::string directory = fmt::format("/proc/{}/task", process);
  const auto count_before = count_threads(directory);
  const auto own = list_threads(directory);
  if (count_before != own.size() || count_threads(directory) != own.size()) return false;
  threads.insert(threads.end(), own.begin(), own.end());
  if (own.size() > most_threads_of_wrapper) return true;
  for (const int thread : own) {
    std::ifstream children{fmt::format("{}/{}/children", directory, thread)};
    for (pid_t child = 0; children >> child;)
      if (!add_threads(child, threads)) return false;
  }
  return true;
}

// Of all its threads, those that have ended included.
std::optional<Duration> cpu_time_of(pid_t process) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &used) != 0)
    return std::nullopt;
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

Busy busy_with(long system_call) {
  switch (system_call) {
    case SYS_futex:
      return Busy::for_thread;
#ifdef SYS_poll  // newer architectures have the others alone
    case SYS_poll:
    case SYS_select:
    case SYS_epoll_wait:
#endif
    case SYS_ppoll:
    case SYS_pselect6:
    case SYS_epoll_pwait:
    case SYS_io_uring_enter:
      return Busy::for_events;
    case SYS_read:
    case SYS_readv:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_accept:
    case SYS_accept4:
      return Busy::in_read;
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
      return Busy::sleeping;
    default:
      return Busy::other;
  }
}

// Nothing where the thread is gone, or where nobody may know.
std::optional<Busy> busy_with_what(int thread) {
  std::ifstream file{fmt::format("/proc/{}/syscall", thread)};
  std::string first;
  if (!(file >> first)) return std::nullopt;
  if (first == "running") return Busy::running;
  return busy_with(std::atol(first.c_str()));
}

}  // namespace

std::vector<ThreadAtCut> what_threads_do(pid_t process) {
  std::vector<int> threads;
  add_threads(process, threads);
  std::vector<ThreadAtCut> doing;
  for (const int thread : threads)
    if (const auto busy = busy_with_what(thread)) doing.push_back({thread, *busy});
  return doing;
}

void ThreadWatch::look(pid_t process) {
  const auto before = Clock::now();
  if (before < next_look_) return;
  if (const auto used = cpu_time_of(process)) cpu_samples_.push_back({before, *used});
  std::vector<int> threads;
  const bool is_whole = add_threads(process, threads);
  const auto after = Clock::now();
  next_look_ = after + rest_after_look * (after - before);
  if (!is_whole) return;
  std::ranges::sort(threads);
  samples_.push_back({before, after, std::move(threads)});
}

}  // namespace waitbench
