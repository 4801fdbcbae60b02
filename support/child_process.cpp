// Starts a child with fork and exec, reads its output with poll, and reaps it.
#include "support/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

namespace waitbench {
namespace {

[[noreturn]] void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("can't make a pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

// What the child tells before it becomes another program, and, only if it can't, after.
struct Report {
  Clock::time_point time;
  int error = 0;
};

void tell(int pipe, int error) {
  const Report report{Clock::now(), error};
  if (write(pipe, &report, sizeof report) < 0) _exit(127);  // nobody is left to tell
}

// The child's side of the fork. Only calls that are safe there.
[[noreturn]] void become(char* const* command, pid_t parent, int output, int errors, int reports) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // survives exec
  if (getppid() != parent) _exit(127);
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);  // what this program ignores, the child would ignore, too
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  tell(reports, 0);
  execv(command[0], command);
  tell(reports, errno);
  _exit(127);
}

// Waits until the child has become its program or could not, and returns what it told last: exec
// closes the pipe.
Report wait_for_exec(const Descriptor& reports) {
  Report last{.error = ECHILD};  // it died before it told anything
  Report next;
  pollfd ready{reports.get(), POLLIN, 0};
  while (true) {
    if (poll(&ready, 1, -1) < 0) continue;
    const ssize_t count = read(reports.get(), &next, sizeof next);
    if (count == 0) return last;
    if (count == sizeof next) last = next;
  }
}

// The children of this process that are somebody's ChildProcess.
class OwnedChildren {
 public:
  // From now on, what a child leaves behind when it dies becomes a child of this process.
  OwnedChildren() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

  // fork(), whose child is somebody's from its first moment on.
  pid_t make() {
    const std::lock_guard lock{mutex_};
    const pid_t pid = fork();
    if (pid > 0) pids_.insert(pid);
    return pid;
  }
  void remove(pid_t pid) {
    const std::lock_guard lock{mutex_};
    pids_.erase(pid);
  }

  // Kills and reaps the children that are nobody's: what dead children have left behind, in
  // whatever process group or session. Theirs come next, until there are none.
  void kill_others() {
    const std::lock_guard lock{mutex_};
    bool found = true;
    for (int generation = 0; found && generation < 100; ++generation) {
      found = false;
      for (const pid_t pid : children_of_this_process()) {
        if (pids_.contains(pid)) continue;
        found = true;
        ::kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
      }
    }
  }

 private:
  // None where the kernel does not list them.
  static std::vector<pid_t> children_of_this_process() {
    std::vector<pid_t> pids;
    for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task"}) {
      std::ifstream children{thread.path() / "children"};
      for (pid_t pid = 0; children >> pid;) pids.push_back(pid);
    }
    return pids;
  }

  std::mutex mutex_;
  std::set<pid_t> pids_;
};

OwnedChildren& owned_children() {
  static OwnedChildren children;
  return children;
}

}  // namespace

void CapturedText::read_available() {
  std::array<char, 16384> buffer;
  while (pipe_.get() >= 0) {
    const ssize_t count = read(pipe_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;  // nothing there for now
    if (count == 0) pipe_.reset();
    text_.append(buffer.data(), std::min(static_cast<size_t>(count), most_kept - text_.size()));
    if (static_cast<size_t>(count) < buffer.size()) return;  // leave time to look at other things
  }
}

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  Pipe reports = make_pipe();
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  const pid_t parent = getpid();
  pid_ = owned_children().make();
  if (pid_ < 0) fail("can't start " + command.front());
  if (pid_ == 0)
    become(arguments.data(), parent, output.write_end.get(), errors.write_end.get(),
           reports.write_end.get());

  reports.write_end.reset();
  const Report report = wait_for_exec(reports.read_end);
  if (report.error != 0) {
    reap(true);
    fail("can't start " + command.front(), report.error);
  }
  start_ = report.time;
  // By its number: the C++ declaration of glibc 2.36 does not link.
  end_ = Descriptor{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))};
  output_ = CapturedText{std::move(output.read_end)};
  errors_ = CapturedText{std::move(errors.read_end)};
}

ChildProcess::~ChildProcess() {
  kill();
}

void ChildProcess::kill() {
  ::kill(-pid_, SIGKILL);  // the group: whatever the child has started goes with it
  if (!status_) reap(true);
  owned_children().kill_others();
}

void ChildProcess::reap(bool block) {
  int status = 0;
  if (wait4(pid_, &status, block ? 0 : WNOHANG, &usage_) != pid_) return;
  status_ = status;
  reaped_ = Clock::now();
  owned_children().remove(pid_);
}

void ChildProcess::terminate() const {
  if (!status_) ::kill(pid_, SIGTERM);
}

ChildProcess::WaitEnd ChildProcess::wait(const WaitLimits& limits) {
  return wait_until([this] { return status_.has_value(); }, limits);
}

ChildProcess::WaitEnd ChildProcess::wait_for_line(const WaitLimits& limits) {
  return wait_until([this] { return status_ || standard_output().find('\n') != std::string::npos; },
                    limits);
}

ChildProcess::WaitEnd ChildProcess::wait_until(const std::function<bool()>& done,
                                               const WaitLimits& limits) {
  while (true) {
    look();
    limits.at_each_look();
    if (done()) return WaitEnd::done;
    if (limits.interrupted()) return WaitEnd::interrupted;
    const auto left = limits.deadline - Clock::now();
    if (left <= Duration::zero()) return WaitEnd::deadline;

    std::array<pollfd, 3> watched{{{end_.get(), POLLIN, 0},
                                   {output_.descriptor(), POLLIN, 0},
                                   {errors_.descriptor(), POLLIN, 0}}};
    const auto pause =
        std::chrono::ceil<std::chrono::milliseconds>(std::min<Duration>(left, limits.look_every));
    poll(watched.data(), watched.size(), static_cast<int>(pause.count()));
  }
}

void ChildProcess::look() {
  if (!status_) {
    struct stat threads {
    };  // a directory has two links more than it has directories, here: threads
    if (stat(fmt::format("/proc/{}/task", pid_).c_str(), &threads) == 0)
      peak_threads_ = std::max(peak_threads_, static_cast<int>(threads.st_nlink) - 2);
    reap(false);
  }
  output_.read_available();
  errors_.read_available();
}

std::optional<int> ChildProcess::exit_status() const {
  if (!status_ || !WIFEXITED(*status_)) return std::nullopt;
  return WEXITSTATUS(*status_);
}

std::optional<int> ChildProcess::signal() const {
  if (!status_ || !WIFSIGNALED(*status_)) return std::nullopt;
  return WTERMSIG(*status_);
}

std::string ChildProcess::ending() const {
  if (!status_) return "still running";
  if (WIFSIGNALED(*status_))
    return fmt::format("killed by signal {} ({})", WTERMSIG(*status_),
                       strsignal(WTERMSIG(*status_)));
  return fmt::format("exit status {}", WEXITSTATUS(*status_));
}

}  // namespace waitbench
