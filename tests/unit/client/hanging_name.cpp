#include "tests/unit/client/hanging_name.hpp"

#include "heartwire/base/check.hpp"
#include "tests/support/ws_peer.hpp"

#include <condition_variable>
#include <dlfcn.h>
#include <mutex>
#include <netdb.h>

namespace heartwire::client::testing {
namespace {

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_hanging = false;
  int asked = 0;
};

/// Never destroyed: a resolver's thread may be in it when the program ends.
State& state() {
  static State* const state = new State;
  return *state;
}

}  // namespace

HangingName::HangingName() {
  const std::lock_guard lock(state().mutex);
  state().is_hanging = true;
}

HangingName::~HangingName() {
  std::unique_lock lock(state().mutex);
  state().is_hanging = false;
  state().changed.notify_all();
  // The thread is another test's next.
  state().changed.wait(lock, [] { return state().asked == 0; });
}

bool HangingName::is_asked() const {
  std::unique_lock lock(state().mutex);
  return state().changed.wait_for(lock, support::kPatience, [] { return state().asked > 0; });
}

}  // namespace heartwire::client::testing

/// In the place of the C library's, for the whole program.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* wanted,
                           addrinfo** found) {
  using heartwire::client::testing::HangingName;
  using heartwire::client::testing::state;
  if (host != nullptr && HangingName::name() == host) {
    std::unique_lock lock(state().mutex);
    ++state().asked;
    state().changed.notify_all();
    state().changed.wait(lock, [] { return !state().is_hanging; });
    --state().asked;
    state().changed.notify_all();
    return EAI_AGAIN;
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  HW_CHECK(original != nullptr);
  return original(host, service, wanted, found);
}
