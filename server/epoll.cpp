// Epoll: an event loop by hand, on one thread. The kernel names the descriptors that are ready: the
// floor for what one thread can serve.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "server/models.hpp"
#include "server/serving/alarm.hpp"

namespace waitbench {
namespace {

int checked(int result, const char* what) {
  if (result == -1 && errno != EINTR) throw std::system_error{errno, std::system_category(), what};
  return result;
}

class EpollLoop {
 public:
  explicit EpollLoop(Serving& serving);

  // Returns when the server is to end.
  void run();

 private:
  struct Served {
    Connection connection;
    std::string unsent;                 // what the system would not take yet
    std::uint32_t awaited = 0;          // EPOLLIN or EPOLLOUT; at first, nothing
    std::list<Served>::iterator place;  // of this one
  };

  void watch(int descriptor, std::uint32_t events, void* what, int operation = EPOLL_CTL_ADD);
  bool handle(void* what);
  void accept_at(Descriptor& listener);
  void begin_those_due();
  void accept_again();
  void set_alarm();
  void serve(Served& served);
  void echo(Served& served);
  void send_rest(Served& served);

  Serving& serving_;
  std::vector<Descriptor> listeners_;
  Descriptor epoll_{checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  Alarm alarm_;
  Clock::time_point pause_ends_ = Alarm::never;  // of accepting
  std::array<char, 65536> buffer_;               // for all connections: no one keeps anything in it
  std::list<Served> waiting_;                    // for the end of their delay, in that order
  std::list<Served> served_;
};

EpollLoop::EpollLoop(Serving& serving) : serving_(serving), listeners_(serving.listeners.take(0)) {
  watch(serving.stop.descriptor(), EPOLLIN, nullptr);
  watch(alarm_.descriptor(), EPOLLIN, &alarm_);
  for (Descriptor& listener : listeners_) watch(listener.get(), EPOLLIN, &listener);
}

// The kernel tells for as long as the descriptor is ready (level-triggered).
void EpollLoop::watch(int descriptor, std::uint32_t events, void* what, int operation) {
  epoll_event event{.events = events, .data = {.ptr = what}};
  checked(epoll_ctl(epoll_.get(), operation, descriptor, &event), "epoll_ctl");
}

void EpollLoop::run() {
  std::array<epoll_event, 128> ready;
  while (true) {
    const int count = checked(
        epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), -1), "epoll_wait");
    for (int i = 0; i < count; ++i)
      if (!handle(ready.at(static_cast<size_t>(i)).data.ptr)) return;
    if (pause_ends_ <= Clock::now()) accept_again();
    begin_those_due();
    set_alarm();
  }
}

// Returns whether the server is to go on.
bool EpollLoop::handle(void* what) {
  const auto is_listener = [&](Descriptor& listener) { return &listener == what; };
  if (what == &alarm_)
    alarm_.silence();  // each turn looks what it was set for
  else if (std::ranges::any_of(listeners_, is_listener))
    accept_at(*static_cast<Descriptor*>(what));
  else if (what)
    serve(*static_cast<Served*>(what));
  return what;
}

// Accepts those who wait to be, but not without end: others are to be served.
void EpollLoop::accept_at(Descriptor& listener) {
  bool is_short = false;
  for (int i = 0; i < 128; ++i) {
    auto connection = serving_.accept(listener.get(), is_short);
    if (!connection) break;
    waiting_.push_back({std::move(*connection), {}, 0, {}});
    waiting_.back().place = std::prev(waiting_.end());
  }
  if (!is_short) return;
  pause_ends_ = Clock::now() + Serving::pause_for_shortage;
  for (Descriptor& each : listeners_) watch(each.get(), 0, &each, EPOLL_CTL_MOD);
}

void EpollLoop::accept_again() {
  pause_ends_ = Alarm::never;
  for (Descriptor& each : listeners_) watch(each.get(), EPOLLIN, &each, EPOLL_CTL_MOD);
}

// They are due in the order in which they came, since the delay is the same for all.
void EpollLoop::begin_those_due() {
  while (!waiting_.empty() && waiting_.front().connection.session.due() <= Clock::now()) {
    served_.splice(served_.end(), waiting_, waiting_.begin());
    serve(served_.back());  // what it sent during the delay
  }
}

// For the first who is due, or the end of a pause.
void EpollLoop::set_alarm() {
  const auto due = waiting_.empty() ? Alarm::never : waiting_.front().connection.session.due();
  alarm_.set(std::min(due, pause_ends_));
}

void EpollLoop::serve(Served& served) {
  try {
    if (served.unsent.empty())
      echo(served);
    else
      send_rest(served);
  } catch (const std::system_error& error) {
    served.connection.session.end(error.code());
    served_.erase(served.place);
    return;
  }
  const std::uint32_t awaited = served.unsent.empty() ? EPOLLIN : EPOLLOUT;
  if (awaited == served.awaited) return;
  watch(served.connection.socket.descriptor(), awaited, &served,
        served.awaited == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
  served.awaited = awaited;
}

void EpollLoop::echo(Served& served) {
  auto& [socket, session] = served.connection;
  const std::string_view bytes{buffer_.data(), socket.read_some(buffer_)};
  if (bytes.empty()) return;
  session.received(bytes);
  served.unsent = bytes.substr(socket.write_some(bytes));
  session.sent();
}

// Reads no more before all of it is sent: a peer that takes nothing fills no memory here.
void EpollLoop::send_rest(Served& served) {
  auto& [socket, session] = served.connection;
  const size_t sent = socket.write_some(served.unsent);
  if (sent == 0) return;
  session.sent();
  served.unsent.erase(0, sent);
  if (served.unsent.empty()) served.unsent.shrink_to_fit();
}

}  // namespace

void serve_with_epoll(Serving& serving) {
  EpollLoop{serving}.run();
}

}  // namespace waitbench
