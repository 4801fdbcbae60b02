// Asks and waits through a descriptor: a signal handler may write to it, and any loop can watch it.
#include "server/serving/stop.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace waitbench {

Stop::Stop() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!event_.is_open()) throw std::system_error{errno, std::system_category(), "eventfd"};
}

void Stop::request() {
  [[maybe_unused]] const int written = eventfd_write(event_.get(), 1);  // else there was one before
}

bool Stop::wait_until(Clock::time_point time) const {
  pollfd event{.fd = event_.get(), .events = POLLIN, .revents = 0};
  while (true) {
    const auto now = Clock::now();
    const Duration left = time > now ? time - now : Duration{0};
    const auto whole = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
    const int ready = ppoll(&event, 1, &timeout, nullptr);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw std::system_error{errno, std::system_category(), "ppoll"};
  }
}

}  // namespace waitbench
