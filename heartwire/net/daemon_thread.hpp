#pragma once
// Threads that a library starts must not take the program's signals.

#include <functional>
#include <thread>

namespace heartwire::net {

/// Starts a thread that runs `work` with all signals blocked, except those that name a fault of the
/// thread itself. `name` is what tools show, cut to 15 characters.
std::thread start_quiet_thread(const char* name, std::function<void()> work);

}  // namespace heartwire::net
