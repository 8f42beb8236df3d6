#include "cli/held_signals.hpp"

namespace heartwire::cli {

void hold_signals(std::initializer_list<int> signals) noexcept {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : signals) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

}  // namespace heartwire::cli
