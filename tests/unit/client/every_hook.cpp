#include "tests/unit/client/every_hook.hpp"

#include "tests/unit/client/client_fixture.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace heartwire::client::testing {
namespace {

WsPeer accept_unless(WsListener& listener, const std::function<bool()>& is_done) {
  while (!is_done())
    if (WsPeer peer = listener.accept(10ms); peer.is_open()) return peer;
  return WsPeer{-1};
}

/// "ask" is the peer's probe, "beat" a heartbeat; the rest is the application's.
core::DialectPtr dialect_with(const std::string& name, const std::function<void()>& work) {
  core::dialect::CustomOptions dialect;
  dialect.read = [=](core::MessageView message) {
    if (name == "dialect_read" && message.payload == "beat") work();
    if (message.payload == "beat") return core::Meaning::beat;
    return message.payload == "ask" ? core::Meaning::probe : core::Meaning::application;
  };
  dialect.probe = [=](std::uint32_t) {
    if (name == "dialect_probe") work();
    return core::Message{core::MessageType::text, "probe"};
  };
  dialect.reply = [=](core::MessageView) {
    if (name == "dialect_reply") work();
    return core::Message{core::MessageType::text, "reply"};
  };
  return core::dialect::custom(std::move(dialect));
}

}  // namespace

void set_hook(Options& options, const std::string& name, std::function<void()> work) {
  Hooks& hooks = options.hooks;
  if (name == "on_open") hooks.on_open = [=](auto&) { work(); };
  if (name == "on_message") hooks.on_message = [=](auto) { work(); };
  if (name == "on_close") hooks.on_close = [=](auto&) { work(); };
  if (name == "on_reconnect") hooks.on_reconnect = [=](auto&) { work(); };
  if (name == "on_suspect") hooks.on_suspect = [=](auto) { work(); };
  if (name == "on_cleared") hooks.on_cleared = [=](auto) { work(); };
  if (name == "on_gave_up") hooks.on_gave_up = [=](auto&) { work(); };
  if (name == "on_attempt_failed") hooks.on_attempt_failed = [=](auto&) { work(); };
  if (name == "on_error") hooks.on_error = [=](auto) { work(); };
  if (name == "on_heartbeat") hooks.on_heartbeat = [=](auto&) { work(); };
  if (name == "on_expired") hooks.on_expired = [=](auto) { work(); };
  if (name == "on_writable") hooks.on_writable = [=] { work(); };
  if (name == "wanted") options.wanted = [=] { return work(), true; };
  if (name == "request")
    options.request = [=](auto& info) { return work(), Request{info.url, {}}; };
  if (name == "make_greeting")
    options.make_greeting = [=] { return work(), std::vector<core::Message>{}; };
  if (name == "judge")
    options.judge = [=](auto&) { return work(), std::optional<core::Verdict>{}; };
  if (name.rfind("dialect", 0) == 0) options.dialect = dialect_with(name, work);
}

Options eventful_options(const std::string& url) {
  Options options = quick_options(url);
  options.heartbeat.interval = 20ms;
  options.heartbeat.timeout = 4s;
  options.heartbeat.reply_min = 20ms;
  options.reconnect.attempts_max = 3;
  options.outbox.outbox_bytes_max = 4096;
  options.hooks.on_attempt_failed = [](auto&) { throw 1; };
  return options;
}

void provoke(Client& client, WsListener& listener, std::atomic<bool>& is_begun,
             const std::function<bool()>& is_done) {
  static_cast<void>(client.send("short-lived", {.time_to_live = 0ns}));
  static_cast<void>(client.send(std::string(3500, 'x')));
  static_cast<void>(client.send(std::string(3500, 'x')));  // Refused: on_writable follows.
  client.start();
  is_begun = true;
  accept_unless(listener, is_done).cut();  // A failed attempt; on_error, for its hook throws.
  WsPeer peer = accept_unless(listener, is_done);
  if (!is_done() && peer.open()) {
    for (const char* text : {"hello", "ask", "beat"}) peer.send(text);
    // Prompt answers first, so that the silence that follows is suspect; then it is over.
    for (int beats = 0; beats < 3 && !is_done(); ++beats) {
      peer.hear_raw(40ms);
      peer.send_pong(peer.last_ping());
    }
    for (int silence = 0; silence < 5 && !is_done(); ++silence) peer.hear_raw(40ms);
    for (const char* text : {"beat", "ask"}) peer.send(text);
    peer.hear_raw(40ms);
  }
  peer.reset();
  listener.close();  // Until it gives up.
  static_cast<void>(eventually(is_done));
}

}  // namespace heartwire::client::testing
