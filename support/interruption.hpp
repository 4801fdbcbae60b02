// Turns Ctrl-C and other signals into a question that a wait can ask.
#pragma once

#include "support/descriptor.hpp"

namespace waitbench {

// From its construction on, SIGINT, SIGTERM and SIGHUP don't end the process any more: they make
// requested() true. One a process, made before there are other threads. Children must unblock the
// signals for themselves: see ChildProcess.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  // Whether a signal has come. Once true, it stays so.
  bool requested();

  // The signal that requested() found; 0 if none.
  int signal() const { return signal_; }

 private:
  Descriptor signals_;
  int signal_ = 0;
};

}  // namespace waitbench
