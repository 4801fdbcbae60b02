// A lambda coroutine that is called. Its captures are members of the lambda, and the coroutine's
// frame only refers to the lambda. A lambda in a statement ends with the statement, before the
// coroutine has begun. To use a capture then is undefined behaviour: here a weak pointer, which the
// frame holds, tells what is left, and a program of its own does it under the address sanitizer.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/runner/program_beside.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int users = 3;

using User = std::shared_ptr<const std::string>;
using Watched = std::weak_ptr<const std::string>;  // does not keep the user

// Where a program would use what the coroutine was given.
void greet(const Watched& watched, TimeLine& line) {
  const User user = watched.lock();
  line.event(user ? "greeted " + *user : "the user is gone");
}

Awaitable<> greet_captured(User user, TimeLine& line) {
  Watched watched = user;
  return [user = std::move(user)](Watched mine, TimeLine& notes) -> Awaitable<> {
    co_await wait_for(std::chrono::milliseconds{10});
    greet(mine, notes);
  }(watched, line);
}

Awaitable<> greet_parameter(User user, TimeLine& line) {
  Watched watched = user;
  return [](User, Watched mine, TimeLine& notes) -> Awaitable<> {
    co_await wait_for(std::chrono::milliseconds{10});
    greet(mine, notes);
  }(std::move(user), watched, line);
}

using Greet = Awaitable<> (*)(User user, TimeLine& line);

Outcome greet_all(Greet greet_one, TimeLine& line) {
  asio::io_context loop{1};
  for (int i = 1; i <= users; ++i) {
    auto user = std::make_shared<const std::string>(fmt::format("user {}", i));
    co_spawn(loop, greet_one(std::move(user), line), rethrow);
  }
  run_on_threads(loop, 1, line);

  const int gone = line.count("the user is gone");
  return {.symptom = gone > 0,
          .happened = fmt::format("of {} coroutines, {} found the user that they were given gone",
                                  users, gone),
          .measures = {{"users_gone", gone}, {"users_greeted", users - gone}}};
}

// Of programs/dangling.cpp: what is wrong, and in which line.
std::string sanitizer_says(const std::vector<std::string>& arguments) {
  const auto said = what_says("dangling", arguments);
  if (!said) return "; the address sanitizer was not asked: its program is not built here";
  std::smatch what, where;
  if (!std::regex_search(*said, what, std::regex{"AddressSanitizer: ([a-z-]+)"}) ||
      !std::regex_search(*said, where, std::regex{"dangling\\.cpp:[0-9]+"}))
    return "; the address sanitizer reports nothing";
  return fmt::format("; the address sanitizer reports: {} in {}", what.str(1), where.str());
}

Outcome with_report(Outcome outcome, const std::vector<std::string>& arguments) {
  outcome.happened += sanitizer_says(arguments);
  return outcome;
}

Outcome broken(TimeLine& line) {
  return with_report(greet_all(greet_captured, line), {});
}

Outcome fixed(TimeLine& line) {
  return with_report(greet_all(greet_parameter, line), {"kept"});
}

}  // namespace

constinit const Pitfall dangling_capture{
    .name = "dangling_capture",
    .title = "A lambda coroutine that outlives its captures",
    .expected = "what a lambda has captured is there as long as its coroutine runs",
    .symptom = "the captures are gone before the coroutine has begun",
    .why =
        "captures belong to the lambda, parameters to the coroutine's frame; a lambda that is "
        "called in a statement ends with the statement, and the frame goes on",
    .cure = "parameters by value; or co_spawn is given the lambda, not called, and keeps it",
    .measure = "users_gone",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
