// Loop per core: T threads, each with a loop and listening sockets of its own. The kernel deals the
// connections out to them, and the threads share nothing.
#include <stop_token>

#include "server/models.hpp"
#include "server/serving/coroutine_session.hpp"

void waitbench::serve_with_loop_per_core(Serving& serving) {
  serving.on_threads([&](int thread) {
    asio::io_context loop{1};
    accept_on(loop, serving.listeners.take(thread), serving);
    const std::stop_callback at_the_end{serving.stop.token(), [&] { loop.stop(); }};
    loop.run();
  });
}
