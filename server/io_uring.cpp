// io_uring: completions by hand, on one thread. The kernel is asked to accept, read and write, and
// tells what it has done, where epoll tells what can be done.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <list>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "server/models.hpp"
#include "server/serving/alarm.hpp"
#include "task/loops/uring.hpp"

namespace waitbench {
namespace {

constexpr unsigned short buffer_count = 1024;
constexpr unsigned buffer_size = 4096;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

class UringLoop {
 public:
  explicit UringLoop(Serving& serving);

  // Returns when the server is to end.
  void run();

 private:
  // Once it is due, one request of it is with the kernel: to read, or to send what is unsent.
  struct Served {
    Connection connection;
    unsigned short buffer = 0;  // the one that holds what is unsent
    std::string_view unsent;
    std::list<Served>::iterator place;  // of this one
  };

  void watch(int descriptor, void* what);
  void accept_at(Descriptor& listener);
  void read(Served& served);
  void send(Served& served);
  void lend(unsigned short buffer);

  void handle(void* what, int result, unsigned flags);
  void accepted(Descriptor& listener, int result, unsigned flags);
  void accept_again();
  void begin_those_due();
  void set_alarm();
  void done(Served& served, int result, unsigned flags);
  void sent(Served& served, size_t count);

  Serving& serving_;
  std::vector<Descriptor> listeners_;
  // Buffers are lent to the kernel, which reads into any of them. It wants their list to begin with
  // a page.
  std::unique_ptr<io_uring_buf_ring, Free> lent_{static_cast<io_uring_buf_ring*>(
      std::aligned_alloc(4096, buffer_count * sizeof(io_uring_buf)))};
  std::unique_ptr<char[]> bytes_{new char[buffer_count * size_t{buffer_size}]};
  Uring ring_;
  std::vector<Served*> without_buffer_;  // who could not be read: all buffers were in use
  Alarm alarm_;
  Clock::time_point pause_ends_ = Alarm::never;  // of accepting
  std::vector<Descriptor*> paused_;              // listeners at which nothing is accepted
  std::list<Served> waiting_;                    // for the end of their delay, in that order
  std::list<Served> served_;
};

UringLoop::UringLoop(Serving& serving) : serving_(serving), listeners_(serving.listeners.take(0)) {
  io_uring_buf_reg buffers{};
  buffers.ring_addr = reinterpret_cast<__u64>(lent_.get());
  buffers.ring_entries = buffer_count;
  Uring::check(io_uring_register_buf_ring(ring_.get(), &buffers, 0), "io_uring_register_buf_ring");
  io_uring_buf_ring_init(lent_.get());
  for (unsigned short buffer = 0; buffer < buffer_count; ++buffer) lend(buffer);
  watch(serving.stop.descriptor(), nullptr);
  watch(alarm_.descriptor(), &alarm_);
  for (Descriptor& listener : listeners_) accept_at(listener);
}

// At the end, what is with the kernel comes back: all connections are shut down.
void UringLoop::run() {
  while (!serving_.stop.requested() || !served_.empty()) {
    ring_.complete([&](void* what, int result, unsigned flags) { handle(what, result, flags); });
    if (pause_ends_ <= Clock::now()) accept_again();
    begin_those_due();
    set_alarm();
  }
}

// --- Requests ------------------------------------------------------------------------------------

void UringLoop::watch(int descriptor, void* what) {
  ring_.request(what, [&](io_uring_sqe* entry) {
    io_uring_prep_poll_multishot(entry, static_cast<unsigned>(descriptor), POLLIN);
  });
}

// One request, and a completion for each connection that comes.
void UringLoop::accept_at(Descriptor& listener) {
  ring_.request(&listener, [&](io_uring_sqe* entry) {
    io_uring_prep_multishot_accept(entry, listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  });
}

void UringLoop::read(Served& served) {
  ring_.request(&served, [&](io_uring_sqe* entry) {
    io_uring_prep_recv(entry, served.connection.socket.descriptor(), nullptr, buffer_size, 0);
    io_uring_sqe_set_flags(entry, IOSQE_BUFFER_SELECT);
  });
}

void UringLoop::send(Served& served) {
  ring_.request(&served, [&](io_uring_sqe* entry) {
    io_uring_prep_send(entry, served.connection.socket.descriptor(), served.unsent.data(),
                       served.unsent.size(), MSG_NOSIGNAL);
  });
}

void UringLoop::lend(unsigned short buffer) {
  io_uring_buf_ring_add(lent_.get(), &bytes_[buffer * size_t{buffer_size}], buffer_size, buffer,
                        io_uring_buf_ring_mask(buffer_count), 0);
  io_uring_buf_ring_advance(lent_.get(), 1);
  if (without_buffer_.empty()) return;
  Served& next = *without_buffer_.back();
  without_buffer_.pop_back();
  read(next);
}

// --- Completions ---------------------------------------------------------------------------------

void UringLoop::handle(void* what, int result, unsigned flags) {
  const auto is_listener = [&](Descriptor& listener) { return &listener == what; };
  if (what == &alarm_)
    alarm_.silence();  // each turn looks what it was set for
  else if (std::ranges::any_of(listeners_, is_listener))
    accepted(*static_cast<Descriptor*>(what), result, flags);
  else if (what)
    done(*static_cast<Served*>(what), result, flags);
}

void UringLoop::accepted(Descriptor& listener, int result, unsigned flags) {
  if (result >= 0) {
    waiting_.push_back({serving_.admit(PlainSocket{Descriptor{result}}), 0, {}, {}});
    waiting_.back().place = std::prev(waiting_.end());
  }
  if (flags & IORING_CQE_F_MORE) return;
  if (result < 0 && serving_.tell_shortage({-result, std::system_category()})) {
    paused_.push_back(&listener);
    pause_ends_ = Clock::now() + Serving::pause_for_shortage;
  } else if (!serving_.stop.requested()) {
    accept_at(listener);
  }
}

void UringLoop::accept_again() {
  pause_ends_ = Alarm::never;
  for (Descriptor* listener : std::exchange(paused_, {})) accept_at(*listener);
}

// They are due in the order in which they came, since the delay is the same for all.
void UringLoop::begin_those_due() {
  while (!waiting_.empty() && waiting_.front().connection.session.due() <= Clock::now()) {
    served_.splice(served_.end(), waiting_, waiting_.begin());
    read(served_.back());  // what it sent during the delay
  }
}

// For the first who is due, or the end of a pause.
void UringLoop::set_alarm() {
  const auto due = waiting_.empty() ? Alarm::never : waiting_.front().connection.session.due();
  alarm_.set(std::min(due, pause_ends_));
}

// Reads no more before all of it is sent: a peer that takes nothing fills one buffer.
void UringLoop::done(Served& served, int result, unsigned flags) {
  const bool was_sending = !served.unsent.empty();
  if (result == -ENOBUFS && !was_sending) return without_buffer_.push_back(&served);
  if (result > 0 && was_sending) return sent(served, static_cast<size_t>(result));
  if (result > 0) {
    served.buffer = static_cast<unsigned short>(flags >> IORING_CQE_BUFFER_SHIFT);
    served.unsent = {&bytes_[served.buffer * size_t{buffer_size}], static_cast<size_t>(result)};
    served.connection.session.received(served.unsent);
    return send(served);
  }
  served.connection.session.end({-result, std::system_category()});
  if (was_sending) lend(served.buffer);
  served_.erase(served.place);
}

void UringLoop::sent(Served& served, size_t count) {
  served.connection.session.sent();
  served.unsent.remove_prefix(count);
  if (!served.unsent.empty()) return send(served);
  lend(served.buffer);
  read(served);
}

}  // namespace

void serve_with_io_uring(Serving& serving) {
  UringLoop{serving}.run();
}

void check_io_uring() {
  Uring{};
}

}  // namespace waitbench
