// Owns a child process: starts it, listens to it, bounds its time and reaps it. The child never
// outlives its owner, however the owner ends. What the child has started goes with the child,
// unless the owner's process itself was killed by SIGKILL: then the system ends the child alone.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/descriptor.hpp"
#include "support/time.hpp"

namespace waitbench {

// The text that comes out of a pipe, up to a bound; what comes after is read and dropped, so that
// the writer is not held up.
class CapturedText {
 public:
  explicit CapturedText(Descriptor pipe = Descriptor{}) : pipe_(std::move(pipe)) {}

  int descriptor() const { return pipe_.get(); }
  const std::string& text() const { return text_; }
  void read_available();  // closes the pipe at its end

 private:
  static constexpr size_t most_kept = 65536;

  Descriptor pipe_;
  std::string text_;
};

class ChildProcess {
 public:
  // Starts command[0] with the rest as its arguments, in a process group of its own; the system
  // kills it should this process die. Throws std::system_error that names the program if it can't
  // be started. Call it from a thread that outlives the child.
  explicit ChildProcess(const std::vector<std::string>& command);

  // Kills the child and all that it has started, and reaps them.
  ~ChildProcess();

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  enum class WaitEnd { done, deadline, interrupted };

  struct WaitLimits {
    Clock::time_point deadline;
    std::function<bool()> interrupted = [] { return false; };  // asked at every look
    Duration look_every = std::chrono::milliseconds{20};
    std::function<void()> at_each_look = [] {};
  };

  // Waits until the child has ended.
  WaitEnd wait(const WaitLimits& limits);

  // Waits until the child's standard output holds a whole line, or the child has ended.
  WaitEnd wait_for_line(const WaitLimits& limits);

  // Looks at what the child has said, how many threads it has, and whether it has ended. The waits
  // do so every now and then; whoever waits for another child should do it for this one.
  void look();

  // Asks the child to end (SIGTERM).
  void terminate() const;

  // Ends the child and all that it has started at once, and waits until they are gone.
  void kill();

  pid_t pid() const { return pid_; }

  // When it became its program: read in the child, just before exec, so that the fork, which is
  // this process's affair, does not count.
  Clock::time_point start() const { return start_; }

  bool has_ended() const { return status_.has_value(); }

  const std::string& standard_output() const { return output_.text(); }
  const std::string& standard_error() const { return errors_.text(); }

  // Call these when the child has ended.
  std::optional<int> exit_status() const;  // nothing if a signal ended it
  std::optional<int> signal() const;       // the signal that ended it
  bool succeeded() const { return exit_status() == 0; }
  std::string ending() const;  // "exit status 3", "killed by signal 11 (Segmentation fault)"
  const rusage& usage() const { return usage_; }
  Clock::time_point reaped() const { return reaped_; }

  // The most threads that were seen at the looks: a thread that lives shorter may be
  // missed.
  int peak_threads() const { return peak_threads_; }

 private:
  WaitEnd wait_until(const std::function<bool()>& done, const WaitLimits& limits);
  void reap(bool block);

  pid_t pid_ = -1;
  Clock::time_point start_;
  Descriptor end_;  // pidfd: readable when the child has ended
  CapturedText output_;
  CapturedText errors_;
  std::optional<int> status_;  // as wait4() tells it
  Clock::time_point reaped_;
  rusage usage_{};
  int peak_threads_ = 0;
};

}  // namespace waitbench
