// Iterative: serves one connection from accept to close, then the next. Whoever comes meanwhile
// waits in the backlog, where the delay has not yet begun: N connections take N times as long as
// one.
#include "server/models.hpp"
#include "server/serving/blocking.hpp"

void waitbench::serve_one_by_one(Serving& serving) {
  BlockingAcceptor acceptor{serving};
  while (auto connection = acceptor.next()) hold_session(std::move(*connection), serving);
}
