// An accept loop that ends at its first error. A process may have a limited number of descriptors;
// when all are in use, accept fails until a session closes. If the loop has ended by then, the
// system still takes connections, as far as its queue goes: clients connect, ask, and wait forever.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/write.hpp>
#include <deque>
#include <string>
#include <utility>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "support/descriptor.hpp"

namespace waitbench::pitfalls {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

constexpr int clients = 6;
constexpr std::chrono::milliseconds work{20}, observation{1000};

// From here on this process may open so many descriptors more; it is there for this side alone.
void leave_descriptors(int count) {
  const Descriptor next{open("/dev/null", O_RDONLY | O_CLOEXEC)};
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = static_cast<rlim_t>(next.get() + count);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Awaitable<> serve(Socket socket, TimeLine& line) {
  const auto serving = line.pending("session");
  std::string request(1, ' ');
  co_await async_read(socket, asio::buffer(request));
  co_await wait_for(work);
  co_await async_write(socket, asio::buffer(request));
}

using GoesOn = Awaitable<bool> (*)(asio::error_code error);

Awaitable<bool> end(asio::error_code) {
  co_return false;
}

Awaitable<bool> pause_if_no_descriptor_is_left(asio::error_code error) {
  if (error != asio::error::no_descriptors) co_return false;
  co_await wait_for(std::chrono::milliseconds{10});  // meanwhile a session may close
  co_return true;
}

Awaitable<> accept_all(Acceptor& acceptor, GoesOn goes_on, TimeLine& line) {
  while (acceptor.is_open()) {
    Socket socket{acceptor.get_executor()};
    asio::error_code error;
    co_await acceptor.async_accept(socket, redirect_error(as_awaitable, error));
    if (!error) co_spawn(acceptor.get_executor(), serve(std::move(socket), line), rethrow);
    if (error == asio::error::no_descriptors) line.event("no descriptor");
    if (error && !co_await goes_on(error)) co_return;
  }
}

Awaitable<> ask(Socket& socket, Acceptor& acceptor, TimeLine& line) {
  const auto asking = line.pending("client");
  std::string byte(1, '?');
  co_await async_write(socket, asio::buffer(byte));
  co_await async_read(socket, asio::buffer(byte));
  line.event("served");
  if (line.count("served") == clients) acceptor.close();  // else the server would go on for ever
}

Outcome serve_all(GoesOn goes_on, TimeLine& line) {
  asio::io_context loop{1};
  Acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  std::deque<Socket> sockets;  // of the clients, which keep their descriptors
  for (int i = 0; i < clients; ++i) {
    sockets.emplace_back(loop).connect(acceptor.local_endpoint());
    co_spawn(loop, ask(sockets.back(), acceptor, line), rethrow);
  }
  leave_descriptors(2);
  co_spawn(loop, accept_all(acceptor, goes_on, line), rethrow);
  loop.run_for(observation);

  const int served = line.count("served");
  const int refused = line.count("no descriptor");
  return {.symptom = served < clients,
          .happened = fmt::format("{} of {} clients were served; accepts without descriptor: {}",
                                  served, clients, refused),
          .measures = {{"clients_served", served}, {"accepts_without_descriptor", refused}}};
}

Outcome broken(TimeLine& line) {
  return serve_all(end, line);
}

Outcome fixed(TimeLine& line) {
  return serve_all(pause_if_no_descriptor_is_left, line);
}

}  // namespace

constinit const Pitfall accept_loop_ends{
    .name = "accept_loop_ends",
    .title = "An accept loop that ends at an error",
    .expected = "with too many clients at once, some wait longer",
    .symptom = "after the first moment without a free descriptor, no client is served any more",
    .why = "accept fails as long as no descriptor is free, and the loop takes that for its end",
    .cure = "the loop waits a moment and accepts again: sessions close and give descriptors back",
    .measure = "clients_served",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
