// Thread per connection: one thread accepts, and each connection blocks a thread of its own. All
// wait at once, until the system refuses a thread: that connection is closed, the others go on.
#include <system_error>
#include <thread>

#include "server/models.hpp"
#include "server/serving/blocking.hpp"

void waitbench::serve_with_thread_per_connection(Serving& serving) {
  BlockingAcceptor acceptor{serving};
  while (auto connection = acceptor.next()) {
    try {
      std::thread{hold_session, std::move(*connection), std::ref(serving)}.detach();
    } catch (const std::system_error& error) {
      serving.refuse(error);
    }
  }
  serving.sessions.wait_until_none_is_open();  // the threads end with their sessions
}
