// The session of a connection as a coroutine, for models that run it on an event loop of Asio.
#pragma once

#include <vector>

#include "server/serving/serving.hpp"
#include "task/asio_types.hpp"

namespace waitbench {

// Spawns on the loop what accepts connections at the listeners, and gives each a session there, in
// a coroutine of its own. It goes on for as long as the loop runs. All of it may run on any thread
// that runs the loop.
void accept_on(asio::io_context& loop, std::vector<Descriptor> listeners, Serving& serving);

}  // namespace waitbench
