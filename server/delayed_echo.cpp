// Accepts connections and deals them out to the threads.
#include "server/delayed_echo.hpp"

#include <algorithm>
#include <array>
#include <asio/co_spawn.hpp>
#include <cerrno>
#include <future>
#include <ranges>
#include <string>
#include <utility>

#include "server/echo_service.hpp"
#include "support/plain_socket.hpp"
#include "support/program.hpp"
#include "support/values.hpp"

namespace waitbench {
namespace {

bool is_out_of_descriptors(const std::error_code& error) {
  constexpr std::array shortages{EMFILE, ENFILE, ENOBUFS, ENOMEM};
  return std::ranges::find(shortages, error.value()) != shortages.end();
}

std::vector<std::unique_ptr<EchoService>> make_services(const ServerOptions& options) {
  std::vector<std::unique_ptr<EchoService>> services;
  for (int i = 0; i < options.threads; ++i) services.push_back(make_service(options));
  return services;
}

}  // namespace

DelayedEcho::DelayedEcho(const ServerOptions& options) : services_(make_services(options)) {
  auto endpoint = options.address;
  for (int i = 0; i < options.addresses + options.silent_addresses; ++i) {
    acceptors_.emplace_back(context(), at_address(endpoint, i));
    acceptors_.back().native_non_blocking(true);
    if (i == 0) endpoint.port(local_endpoint().port());
  }
  for (Acceptor& acceptor : acceptors_ | std::views::take(options.addresses))
    co_spawn(context(), accept_connections(acceptor), rethrow);
}

DelayedEcho::~DelayedEcho() = default;

asio::ip::tcp::endpoint DelayedEcho::local_endpoint() const {
  return acceptors_.front().local_endpoint();
}

asio::io_context& DelayedEcho::context() {
  return services_.front()->context();
}

void DelayedEcho::run() {
  std::vector<std::future<size_t>> others;
  for (auto& service : services_ | std::views::drop(1))
    others.push_back(std::async(std::launch::async, [&] { return service->context().run(); }));
  context().run();
  for (auto& other : others) other.get();  // rethrows what ended its loop
}

void DelayedEcho::stop() {
  for (auto& service : services_) service->context().stop();
}

DelayedEcho::Summary DelayedEcho::summary() const {
  Summary summary{.accepted = accepted_, .most_at_once = most_at_once_};
  for (const auto& service : services_) {
    summary.echoed_bytes += service->echoed_bytes();
    summary.dropped += service->dropped();
  }
  return summary;
}

std::vector<Event> DelayedEcho::events() const {
  std::vector<Event> events;
  for (const auto& service : services_)
    events.insert(events.end(), service->events().begin(), service->events().end());
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

// Deals the connections out to the services in turn.
EchoService& DelayedEcho::next_service() {
  return *services_[next_++ % services_.size()];
}

Awaitable<> DelayedEcho::accept_connections(Acceptor& acceptor) {
  Timer pause{context()};
  bool has_complained = false;
  while (true) {
    co_await acceptor.async_wait(Acceptor::wait_read);
    const std::error_code error = accept_waiting(acceptor);
    if (!is_out_of_descriptors(error)) continue;  // else the peer gave up before it was accepted
    if (!std::exchange(has_complained, true))
      tell_error("echo_server", "accepting pauses until descriptors are free: " + error.message());
    // Whoever frees them may be another process, so there is nothing to wait for but time.
    pause.expires_after(std::chrono::milliseconds{50});
    co_await pause.async_wait();
  }
}

// Accepts those who wait to be, but not without end: the loop has others to serve.
std::error_code DelayedEcho::accept_waiting(Acceptor& acceptor) try {
  for (int i = 0; i < 128; ++i) {
    auto socket = PlainSocket::accept(acceptor.native_handle());
    if (!socket) break;
    next_service().take(std::move(*socket));
    count_accepted();
  }
  return {};
} catch (const std::system_error& error) {
  return error.code();
}

void DelayedEcho::count_accepted() {
  std::int64_t open = 0;
  for (const auto& service : services_) open += service->open();
  most_at_once_ = std::max(most_at_once_, open);
  ++accepted_;
}

}  // namespace waitbench
