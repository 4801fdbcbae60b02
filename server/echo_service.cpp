// Keeps the record of a service, and makes services by their model.
#include "server/echo_service.hpp"

#include <algorithm>
#include <charconv>

#include "server/coroutines.hpp"
#include "server/epoll.hpp"

namespace waitbench {
namespace {

// The number in "task7", 0 if the text is something else.
int number_in_label(std::string_view text) {
  constexpr std::string_view word = "task";
  int number = 0;
  if (text.starts_with(word))
    std::from_chars(text.data() + word.size(), text.data() + text.size(), number);
  return std::max(number, 0);
}

}  // namespace

void EchoService::record_first_echo(Event accepted, std::string_view bytes) {
  if (!options_.record) return;
  const int task = number_in_label(bytes);
  accepted.task = task;
  for (const Event& event : {accepted, Event{task, Step::echoed, Clock::now(), this_thread_id()}}) {
    events_.push_back(event);
    if (options_.board && options_.board->has_task(task)) options_.board->put(event);
  }
}

std::unique_ptr<EchoService> make_service(const ServerOptions& options) {
  switch (options.model) {
    case ServerModel::coroutines:
      return std::make_unique<CoroutineService>(options);
    case ServerModel::epoll:
      return std::make_unique<EpollService>(options);
  }
  return nullptr;
}

}  // namespace waitbench
