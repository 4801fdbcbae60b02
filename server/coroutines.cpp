// Coroutines: one loop on one thread, and a coroutine per connection. All connections wait at once,
// without a thread.
#include <stop_token>

#include "server/models.hpp"
#include "server/serving/coroutine_session.hpp"

void waitbench::serve_with_coroutines(Serving& serving) {
  asio::io_context loop{1};
  accept_on(loop, serving.listeners.take(0), serving);
  const std::stop_callback at_the_end{serving.stop.token(), [&] { loop.stop(); }};
  loop.run();
}
