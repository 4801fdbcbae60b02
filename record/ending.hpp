// How a task or a whole process fails: which task, doing what, and whether the system said no.
#pragma once

#include <array>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace waitbench {

// Says which task failed; why is the exception nested in it (std::throw_with_nested).
class TaskError : public std::runtime_error {
 public:
  explicit TaskError(int id);

  int task() const { return task_; }

 private:
  int task_;
};

// What a model itself, or the system for it, can't take any more of.
class RefusalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How a process ended: as it reports it itself, and as its exit status says.
struct Ending {
  enum class Kind {
    ok,
    failed,
    refused,  // by the system, or by the model itself: a finding, with its reason
  };

  Kind kind = Kind::ok;
  std::string message = {};         // why, if not ok, in one line
  int task = 0;                     // the task concerned; 0: none in particular
  std::string_view operation = {};  // what that task was about to do: "start", "connect", "read" or
                                    // "compute"; empty without a task
  int started = 0;                  // tasks; of a server, connections
  int finished = 0;
};

constexpr std::string_view name_of(Ending::Kind kind) {
  constexpr std::array<std::string_view, 3> names{"ok", "failed", "refused"};
  return names.at(static_cast<size_t>(kind));
}

// The exit status of a process that ended so: exit_ok, exit_failed or exit_refused.
int exit_status_of(Ending::Kind kind);

// The ending of a process that `error` ended: kind, message and task.
Ending ending_by(const std::exception& error);

// One line: the error and, after colons, those nested in it.
std::string explain(const std::exception& error);

// Whether the error, or one nested in it, is a RefusalError, or the system having no more of
// something: threads, descriptors, ports, memory. Such a refusal is a finding about the model, not
// a defect.
bool is_refusal(const std::exception& error);

}  // namespace waitbench
