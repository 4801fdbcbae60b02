// Shared loop: the same coroutines, on one loop that T threads run. Whichever thread is free goes
// on with the next connection that is ready.
#include <stop_token>

#include "server/models.hpp"
#include "server/serving/coroutine_session.hpp"

void waitbench::serve_with_shared_loop(Serving& serving) {
  asio::io_context loop{serving.options.threads};
  accept_on(loop, serving.listeners.take(0), serving);
  const std::stop_callback at_the_end{serving.stop.token(), [&] { loop.stop(); }};
  serving.on_threads([&](int) { loop.run(); });
}
