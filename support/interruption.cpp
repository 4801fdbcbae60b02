// Receives signals through a file descriptor.
#include "support/interruption.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace waitbench {
namespace {

// Under nohup the end of the terminal is to end nothing.
bool is_ignored(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  if (!is_ignored(SIGHUP)) sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

Interruption::Interruption() {
  const sigset_t signals = ending_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  signals_ = Descriptor{signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
  if (!signals_.is_open()) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Interruption::~Interruption() {
  const sigset_t signals = ending_signals();
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

bool Interruption::requested() {
  signalfd_siginfo info{};
  if (read(signals_.get(), &info, sizeof info) == sizeof info)
    signal_ = static_cast<int>(info.ssi_signo);
  return signal_ != 0;
}

}  // namespace waitbench
