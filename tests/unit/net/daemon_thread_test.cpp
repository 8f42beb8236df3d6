#include "heartwire/net/daemon_thread.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <pthread.h>

namespace heartwire::net {
namespace {

TEST(DaemonThread, takes_no_signal_and_leaves_ours_alone) {
  sigset_t there;
  sigset_t here;
  sigemptyset(&there);

  start_quiet_thread("test", [&] { ::pthread_sigmask(SIG_BLOCK, nullptr, &there); }).join();
  ::pthread_sigmask(SIG_BLOCK, nullptr, &here);

  EXPECT_EQ(sigismember(&there, SIGINT), 1);
  EXPECT_EQ(sigismember(&there, SIGTERM), 1);
  EXPECT_EQ(sigismember(&there, SIGSEGV), 0);
  EXPECT_EQ(sigismember(&here, SIGINT), 0);
}

}  // namespace
}  // namespace heartwire::net
