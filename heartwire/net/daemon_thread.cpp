#include "heartwire/net/daemon_thread.hpp"

#include <csignal>
#include <pthread.h>
#include <string>
#include <utility>

namespace heartwire::net {

/// The mask is inherited: set before the thread exists, it leaves no moment in which a signal could
/// be delivered there.
std::thread start_quiet_thread(const char* name, std::function<void()> work) {
  sigset_t blocked;
  sigset_t before;
  ::sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF})
    ::sigdelset(&blocked, fault);
  ::pthread_sigmask(SIG_SETMASK, &blocked, &before);
  std::thread thread(std::move(work));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
#ifdef __linux__
  ::pthread_setname_np(thread.native_handle(), std::string(name).substr(0, 15).c_str());
#else
  static_cast<void>(name);
#endif
  return thread;
}

}  // namespace heartwire::net
