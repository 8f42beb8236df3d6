#pragma once
// Everything of the user's that a client calls, and a peer that makes all of it run.

#include "heartwire/client/client.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/ws_peer.hpp"

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

/// All of kHooks lead into one function. Must outlive the client.
class EveryHook {
 public:
  /// `work` runs inside each callback, on the loop's thread, and is told its name. What it throws
  /// leaves the callback. It begins once begin() was called: work may then destroy the client.
  EveryHook(const std::string& url, std::function<void(const std::string& name)> work);
  EveryHook(const EveryHook&) = delete;
  EveryHook& operator=(const EveryHook&) = delete;

  /// For a client of which provoke() makes every callback run.
  Options options();

  /// Lets callbacks run that wait to do so.
  void begin() { progress_.add("begun"); }

  /// Starts the client and plays a peer that makes every callback run, until `is_done`, which
  /// becomes true inside one of them: on_gave_up is the last. Not at all if that takes too long.
  void provoke(Client& client, support::WsListener& listener, const std::function<bool()>& is_done);

 private:
  using Work = std::function<void()>;

  void run(const char* name);
  Hooks hooks();
  core::DialectPtr dialect();

  std::string url_;
  std::function<void(const std::string&)> work_;
  support::EventLog progress_;  ///< "begun", and the names of callbacks that have begun.
};

}  // namespace heartwire::client::testing
