// How a task fails: which one, doing what, and whether it was the system that said no.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace waitbench {

// Says which task failed; why is the exception nested in it (std::throw_with_nested).
class TaskError : public std::runtime_error {
 public:
  explicit TaskError(int id);
};

// What a model itself, or the system for it, can't take any more of.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a task sends, and wants back: "task1", "task2", ...
std::string label_of(int id);

// Throws std::runtime_error if the echo is not what was sent.
void check_echo(std::string_view sent, std::string_view echo);

// One line: the error and, after colons, those nested in it.
std::string explain(const std::exception& error);

// Whether the error, or one nested in it, is a Refusal, or the system having no more of something:
// threads, descriptors, ports, memory. Such a refusal is a finding about the model, not a defect.
bool is_refusal(const std::exception& error);

}  // namespace waitbench
