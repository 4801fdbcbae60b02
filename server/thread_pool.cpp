// Thread pool: T threads each serve one connection from accept to close, then the next. T
// connections wait at once, the others in the backlog.
#include "server/models.hpp"
#include "server/serving/blocking.hpp"

void waitbench::serve_with_thread_pool(Serving& serving) {
  BlockingAcceptor acceptor{serving};
  serving.on_threads([&](int) {
    while (auto connection = acceptor.next()) hold_session(std::move(*connection), serving);
  });
}
