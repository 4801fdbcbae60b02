// A timer that loops by hand can watch: a descriptor that is readable when it is time.
#pragma once

#include "support/descriptor.hpp"
#include "support/time.hpp"

namespace waitbench {

class Alarm {
 public:
  static constexpr auto never = Clock::time_point::max();

  // Throws std::system_error if the system has no descriptor for it.
  Alarm();

  // Rings at that time instead of at any that was set before.
  void set(Clock::time_point time);

  // To be called when it has rung: it is silent again.
  void silence();

  int descriptor() const { return timer_.get(); }

 private:
  Descriptor timer_;
  Clock::time_point time_ = never;
};

}  // namespace waitbench
