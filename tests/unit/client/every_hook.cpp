#include "tests/unit/client/every_hook.hpp"

#include "heartwire/base/check.hpp"
#include "tests/unit/client/client_fixture.hpp"

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace heartwire::client::testing {
namespace {

/// How often the peer looks whether the client has gone on. Nothing hangs on it.
constexpr auto kGlance = 5ms;

WsPeer accept_unless(WsListener& listener, const std::function<bool()>& is_done) {
  while (!is_done())
    if (WsPeer peer = listener.accept(kGlance); peer.is_open()) return peer;
  return WsPeer{-1};
}

/// Hears until `is_over` or the end of the connection. Answers probes if told so.
void play(WsPeer& peer, bool is_answering, const std::function<bool()>& is_over) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!is_over() && std::chrono::steady_clock::now() < end) {
    const auto heard = peer.hear_raw(kGlance);
    if (heard == "end") return;
    if (is_answering && heard == "message probe") peer.send("answer");
  }
}

}  // namespace

EveryHook::EveryHook(const std::string& url, std::function<void(const std::string& name)> work)
    : url_(url), work_(std::move(work)) {}

void EveryHook::run(const char* name) {
  HW_CHECK(progress_.wait_for("begun"));
  progress_.add(name);
  const auto work = work_;  // The test may be over, and we gone, when it returns.
  work(name);
}

Hooks EveryHook::hooks() {
  Hooks hooks;
  hooks.on_open = [this](auto&) { run("on_open"); };
  hooks.on_message = [this](auto) { run("on_message"); };
  hooks.on_close = [this](auto&) { run("on_close"); };
  hooks.on_reconnect = [this](auto&) { run("on_reconnect"); };
  hooks.on_suspect = [this](auto) { run("on_suspect"); };
  hooks.on_cleared = [this](auto) { run("on_cleared"); };
  hooks.on_gave_up = [this](auto&) { run("on_gave_up"); };
  hooks.on_attempt_failed = [this](auto&) {
    run("on_attempt_failed");
    throw std::runtime_error("so that on_error runs");
  };
  hooks.on_error = [this](auto) { run("on_error"); };
  hooks.on_heartbeat = [this](auto&) { run("on_heartbeat"); };
  hooks.on_expired = [this](auto) { run("on_expired"); };
  hooks.on_writable = [this] { run("on_writable"); };
  return hooks;
}

/// "ask" is the peer's probe, "beat" a heartbeat; the rest is the application's.
core::DialectPtr EveryHook::dialect() {
  core::dialect::CustomOptions dialect;
  dialect.read = [this](core::MessageView message) {
    run("dialect_read");
    if (message.payload == "ask") return core::Meaning::probe;
    if (message.payload == "answer") return core::Meaning::answer;
    return message.payload == "beat" ? core::Meaning::beat : core::Meaning::application;
  };
  dialect.probe = [this](std::uint32_t) {
    run("dialect_probe");
    return core::Message{core::MessageType::text, "probe"};
  };
  dialect.reply = [this](core::MessageView) {
    run("dialect_reply");
    return core::Message{core::MessageType::text, "reply"};
  };
  return core::dialect::custom(std::move(dialect));
}

Options EveryHook::options() {
  Options options = quick_options(url_);
  // Suspect soon, but dead only after seconds, however slow the peer of a busy machine is.
  options.heartbeat.interval = 20ms;
  options.heartbeat.timeout = 60s;
  options.heartbeat.reply_min = 10ms;
  options.heartbeat.lateness_max = 60s;
  options.reconnect.attempts_max = 3;
  options.outbox.outbox_bytes_max = 4096;
  options.dialect = dialect();
  options.hooks = hooks();
  options.wanted = [this] { return run("wanted"), true; };
  options.request = [this](auto& info) { return run("request"), Request{info.url, {}}; };
  options.make_greeting = [this] { return run("make_greeting"), std::vector<core::Message>{}; };
  options.judge = [this](auto&) { return run("judge"), std::optional<core::Verdict>{}; };
  return options;
}

void EveryHook::provoke(Client& client, WsListener& listener,
                        const std::function<bool()>& is_done) {
  static_cast<void>(client.send("short-lived", {.time_to_live = 0ns}));
  static_cast<void>(client.send(std::string(3500, 'x')));
  static_cast<void>(client.send(std::string(3500, 'x')));  // Refused: on_writable follows.
  client.start();
  begin();  // From here on the client may be gone.
  const auto has_run = [&](const char* name) {
    return [&, name] { return is_done() || progress_.count(name) > 0; };
  };

  accept_unless(listener, is_done).cut();
  WsPeer peer = accept_unless(listener, is_done);
  if (peer.is_open() && peer.open()) {
    for (const char* text : {"hello", "ask", "beat"}) peer.send(text);
    play(peer, true, has_run("on_heartbeat"));
    play(peer, false, has_run("on_suspect"));
    peer.send("answer");
    play(peer, true, has_run("on_cleared"));
  }
  peer.reset();
  listener.close();
  static_cast<void>(eventually(is_done));
}

}  // namespace heartwire::client::testing
