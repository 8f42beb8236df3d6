#include "cli/held_signals.hpp"

#include <csignal>

namespace heartwire::cli {

void hold_signals() noexcept {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace heartwire::cli
