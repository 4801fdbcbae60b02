// Puts errors into words, and tells refusals from defects.
#include "record/ending.hpp"

#include <algorithm>
#include <array>
#include <asio/error.hpp>
#include <cerrno>
#include <new>
#include <string>
#include <system_error>

#include "support/program.hpp"

namespace waitbench {
namespace {

// Calls `use` with the error nested in `error`, if there is one.
template <typename Use>
void with_nested(const std::exception& error, Use use) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    use(nested);
  }
}

// By number: an errno in Asio's category equals no std::errc (1.22), or only some (later).
bool means_no_more_of_something(const std::error_code& code) {
  constexpr std::array refusals{EAGAIN,  // threads
                                EMFILE, ENFILE,       ENOBUFS,
                                ENOMEM, EADDRNOTAVAIL};  // no local port left
  return std::ranges::find(refusals, code.value()) != refusals.end();
}

}  // namespace

TaskError::TaskError(int id) : std::runtime_error("task " + std::to_string(id)), task_(id) {}

int exit_status_of(Ending::Kind kind) {
  switch (kind) {
    case Ending::Kind::ok:
      return exit_ok;
    case Ending::Kind::failed:
      return exit_failed;
    case Ending::Kind::refused:
      return exit_refused;
  }
  return exit_failed;
}

Ending ending_by(const std::exception& error) {
  Ending ending{.kind = is_refusal(error) ? Ending::Kind::refused : Ending::Kind::failed,
                .message = explain(error)};
  if (const auto* task_error = dynamic_cast<const TaskError*>(&error))
    ending.task = task_error->task();
  return ending;
}

std::string explain(const std::exception& error) {
  const auto* system_error = dynamic_cast<const std::system_error*>(&error);
  std::string text = system_error && system_error->code() == asio::error::eof
                         ? "the server hung up before it had echoed everything"
                         : error.what();
  with_nested(error, [&](const std::exception& nested) { text += ": " + explain(nested); });
  return text;
}

bool is_refusal(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error)) return true;
  if (dynamic_cast<const RefusalError*>(&error)) return true;
  const auto* system_error = dynamic_cast<const std::system_error*>(&error);
  bool refused = system_error && means_no_more_of_something(system_error->code());
  with_nested(error,
              [&](const std::exception& nested) { refused = refused || is_refusal(nested); });
  return refused;
}

}  // namespace waitbench
