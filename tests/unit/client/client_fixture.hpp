#pragma once
// Clients that come back at once and tell a log what their hooks are told.

#include "heartwire/client/client.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/ws_peer.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace heartwire::client::testing {

using namespace std::chrono_literals;
using support::EventLog;
using support::kPatience;
using support::WsListener;
using support::WsPeer;

/// For `url`, retrying every 20 ms, so that a test need not wait for a backoff.
inline Options quick_options(const std::string& url) {
  Options options;
  options.urls = {url};
  options.reconnect.backoff = core::BackoffOptions::constant(20ms);
  options.close_timeout = 2s;
  return options;
}

/// Every hook tells `log`, in words.
inline Hooks logged_hooks(const std::shared_ptr<EventLog>& log) {
  Hooks hooks;
  hooks.on_open = [log](const OpenInfo& info) {
    log->add((info.is_first ? "open first " : "open again ") +
             std::to_string(info.transport.generation));
  };
  hooks.on_message = [log](core::MessageView message) {
    log->add("message " + std::string{message.payload});
  };
  hooks.on_close = [log](const CloseInfo& info) {
    log->add("close " + std::string{name(info.cause)} + " " + std::to_string(info.code) +
             (info.is_clean ? " clean" : "") + (info.will_retry ? " retry" : ""));
  };
  hooks.on_attempt_failed = [log](const CloseInfo& info) {
    log->add("failed " + std::string{name(info.cause)} + ": " + info.text);
  };
  hooks.on_reconnect = [log](const RetryInfo& info) {
    log->add("retry " + std::to_string(info.attempt));
  };
  hooks.on_suspect = [log](std::chrono::nanoseconds) { log->add("suspect"); };
  hooks.on_cleared = [log](std::chrono::nanoseconds) { log->add("cleared"); };
  hooks.on_gave_up = [log](const GaveUpInfo& info) {
    log->add("gave up " + std::string{name(info.reason)} + " " + std::to_string(info.attempts));
  };
  hooks.on_error = [log](std::string_view what) { log->add("error " + std::string{what}); };
  hooks.on_heartbeat = [log](const HeartbeatInfo&) { log->add("heartbeat"); };
  hooks.on_expired = [log](core::MessageId id) { log->add("expired " + std::to_string(id)); };
  hooks.on_writable = [log] { log->add("writable"); };
  return hooks;
}

inline Options logged_options(const std::string& url, const std::shared_ptr<EventLog>& log) {
  Options options = quick_options(url);
  options.hooks = logged_hooks(log);
  return options;
}

/// Waits until `is_true`, which another thread will make so. False if that took too long.
template <typename IsTrue>
[[nodiscard]] bool eventually(IsTrue is_true) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace heartwire::client::testing
