// How a task or a whole process fails: which task, doing what, and whether the system said no.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

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

// One line: the error and, after colons, those nested in it.
std::string explain(const std::exception& error);

// Whether the error, or one nested in it, is a Refusal, or the system having no more of something:
// threads, descriptors, ports, memory. Such a refusal is a finding about the model, not a defect.
bool is_refusal(const std::exception& error);

}  // namespace waitbench
