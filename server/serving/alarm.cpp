// Sets the kernel's timer of a descriptor.
#include "server/serving/alarm.hpp"

#include <sys/timerfd.h>

#include <cerrno>
#include <system_error>

namespace waitbench {

Alarm::Alarm() : timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!timer_.is_open()) throw std::system_error{errno, std::system_category(), "timerfd_create"};
}

void Alarm::set(Clock::time_point time) {
  if (time == time_) return;
  time_ = time;
  const Duration since_epoch = time == never ? Duration{0} : time.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const itimerspec at{.it_interval = {},
                      .it_value = {whole.count(), (since_epoch - whole).count()}};
  if (timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr) != 0)
    throw std::system_error{errno, std::system_category(), "timerfd_settime"};
}

void Alarm::silence() {
  time_ = Clock::time_point::min();  // whatever is set next is another time
  set(never);
}

}  // namespace waitbench
