#pragma once
// Everything of the user's that a client calls, and a peer that makes all of it run.

#include "heartwire/client/client.hpp"
#include "tests/support/ws_peer.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace heartwire::client::testing {

/// Hooks, and other callbacks, by name.
inline constexpr const char* kHooks[] = {
    "on_open",     "on_message",        "on_close",      "on_reconnect",  "on_suspect",
    "on_cleared",  "on_gave_up",        "on_error",      "on_heartbeat",  "on_expired",
    "on_writable", "on_attempt_failed", "wanted",        "request",       "make_greeting",
    "judge",       "dialect_read",      "dialect_probe", "dialect_reply",
};

/// Has `work` run inside the callback of that name.
void set_hook(Options& options, const std::string& name, std::function<void()> work);

/// Options under which provoke() makes every hook run.
Options eventful_options(const std::string& url);

/// Starts the client and plays a peer that makes every hook run, until `is_done`. Hooks must wait
/// for `is_begun` if they destroy the client: it is not touched after that.
void provoke(Client& client, support::WsListener& listener, std::atomic<bool>& is_begun,
             const std::function<bool()>& is_done);

}  // namespace heartwire::client::testing
