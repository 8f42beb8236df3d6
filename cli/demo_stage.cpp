#include "cli/demo_stage.hpp"

#include "cli/ending.hpp"
#include "cli/text.hpp"
#include "heartwire/base/escape.hpp"

#include <stdexcept>
#include <string_view>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

core::HeartbeatOptions heartbeat_options() {
  core::HeartbeatOptions heartbeat;
  heartbeat.interval = DemoSettings::kInterval;
  heartbeat.timeout = DemoSettings::kTimeout;
  return heartbeat;
}

std::string in_quotes(std::string_view text) {
  return '"' + base::escape_for_log(text) + '"';
}

}  // namespace

DemoStage::DemoStage(DemoTimeline& timeline) : timeline_(timeline) {}

void DemoStage::start_server() {
  server_ = std::make_unique<server::Server>(server_options());
  server_->start();
  port_ = server_->port();
  timeline_.say(Actor::server, "listening on 127.0.0.1:" + std::to_string(port_));
}

void DemoStage::start_proxy() {
  net::FaultProxyOptions options;
  options.target = "127.0.0.1:" + std::to_string(port_);
  proxy_ = std::make_unique<net::FaultProxy>(std::move(options));
  const auto port = proxy_->start();
  if (!port) throw std::runtime_error(port.error());
  timeline_.say(Actor::proxy,
                "listening on 127.0.0.1:" + std::to_string(*port) + ", the only way to the server");
}

void DemoStage::start_client() {
  client_ = std::make_unique<client::Client>(client_options());
  client_->start();
}

void DemoStage::restart_server() {
  timeline_.say(Actor::server, "restarting: sending its clients away (1012)");
  server_->drain();
  server_->wait();
  timeline_.say(Actor::server, "stopped");
  start_server();
}

void DemoStage::turn_away(bool does) {
  note([&](DemoFacts&) { turns_away_ = does; });
}

DemoFacts DemoStage::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

bool DemoStage::turns_away() const {
  const std::lock_guard lock(mutex_);
  return turns_away_;
}

server::Options DemoStage::server_options() {
  server::Options options;
  options.port = port_;
  options.heartbeat = heartbeat_options();
  options.drain.close_window = 0s;
  options.drain.downtime = 1s;
  server::Hooks& hooks = options.hooks;
  hooks.on_open = [this](server::Connection& connection, const server::Request&) {
    if (turns_away()) connection.close(1011, "not now");
  };
  hooks.on_message = [this](server::Connection& connection, core::MessageView message) {
    on_server_message(connection, message.payload);
  };
  hooks.on_heartbeat = [this](auto&, auto round_trip) { on_heartbeat(Actor::server, round_trip); };
  hooks.on_close = [this](server::Connection& connection, const server::CloseInfo& info) {
    if (info.cause != core::Cause::heartbeat) return;
    timeline_.say(Actor::server,
                  "connection " + std::to_string(connection.id()) + " reaped: " + info.text);
    note([](DemoFacts& facts) { ++facts.reaped; });
  };
  return options;
}

client::Options DemoStage::client_options() {
  client::Options options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(proxy_->port()) + "/prices"};
  options.greeting = {{core::MessageType::text, "subscribe"}};
  options.heartbeat = heartbeat_options();
  options.reconnect.backoff.delay_min = DemoSettings::kRetryMin;
  options.reconnect.backoff.delay_max = DemoSettings::kRetryMax;
  options.reconnect.stable_after = DemoSettings::kStableAfter;
  options.handshake_timeout = DemoSettings::kHandshakeTimeout;
  client::Hooks& hooks = options.hooks;
  hooks.on_open = [this](const auto& info) { on_open(info); };
  hooks.on_close = [this](const auto& info) { on_close(info); };
  hooks.on_reconnect = [this](const auto& info) { on_retry(info); };
  hooks.on_attempt_failed = [this](const client::CloseInfo& info) {
    timeline_.say(Actor::client,
                  "attempt failed, " + describe_end(info.cause, info.code, info.text, info.reason));
    note([](DemoFacts& facts) { ++facts.failed_attempts; });
  };
  hooks.on_heartbeat = [this](const client::HeartbeatInfo& info) {
    on_heartbeat(Actor::client, info.round_trip);
  };
  hooks.on_suspect = [this](auto silence) {
    timeline_.say(Actor::client,
                  "suspect: silent for " + describe(silence) + ", asking a second time");
    note([](DemoFacts& facts) { ++facts.suspicions; });
  };
  hooks.on_error = [this](std::string_view text) {
    timeline_.say(Actor::client, "error: " + std::string{text});
  };
  return options;
}

void DemoStage::on_heartbeat(Actor who, std::chrono::nanoseconds round_trip) {
  timeline_.say(who, "heartbeat answered in " + describe(round_trip));
  note([&](DemoFacts& facts) { facts.round_trips.push_back(round_trip); });
}

void DemoStage::on_open(const client::OpenInfo& info) {
  if (!turns_away()) {
    std::string text = info.is_first ? "open" : "open again";
    text += " after " + describe(info.outage);
    text += info.attempts == 0 ? ", at the first attempt"
                               : ", at retry " + std::to_string(info.attempts);
    timeline_.say(Actor::client, text + "; says \"subscribe\"");
  }
  note([&](DemoFacts& facts) {
    ++facts.opens;
    facts.opened_at = steady_clock::now();
    facts.last_open = info;
  });
}

void DemoStage::on_close(const client::CloseInfo& info) {
  if (info.cause == core::Cause::heartbeat) {
    timeline_.say(Actor::client, "dead: " + info.text);
  } else if (info.cause == core::Cause::user) {
    timeline_.say(Actor::client, info.is_clean ? "closed, with both Close messages exchanged"
                                               : "closed; there was nothing to take leave of");
  } else if (!turns_away()) {
    timeline_.say(Actor::client, describe_end(info.cause, info.code, info.text, info.reason));
  }
  note([&](DemoFacts& facts) {
    ++facts.closes;
    facts.closed_at = steady_clock::now();
    facts.last_close = info;
  });
}

void DemoStage::on_retry(const client::RetryInfo& info) {
  const auto begins_at = steady_clock::now() + info.delay;
  const std::string delay = "retry " + std::to_string(info.attempt) + " in " + describe(info.delay);
  timeline_.say(Actor::client, turns_away() ? "opened, and was sent away; " + delay : delay);
  note([&](DemoFacts& facts) { facts.retries.push_back(begins_at); });
}

void DemoStage::on_server_message(const server::Connection& connection, std::string_view text) {
  // A busy sender's many messages are counted, not shown.
  if (!text.starts_with("tick") && !turns_away())
    timeline_.say(Actor::server,
                  "connection " + std::to_string(connection.id()) + " says " + in_quotes(text));
  note([&](DemoFacts& facts) { facts.received.emplace_back(text); });
}

}  // namespace heartwire::cli
