// Shows a subscription that is sent on every open, retries that end, and the user's turn after
// them: the trading desk. Five attempts, each shown; then `connectError`; then a button.
// Run: 05_trading_desk [--quick]    It plays both sides; --quick is fifty times as fast.

#include "heartwire/client.hpp"
#include "heartwire/core/json_field.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <iostream>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <syncstream>

using namespace std::chrono_literals;

constexpr auto kSubscribe = R"({"traderid":10260,"type":"Subscribe"})";
constexpr auto kUnsubscribe = R"({"traderid":10260,"type":"Unsubscribe"})";

struct Desk {
  std::counting_semaphore<> shown{0}, gave_up{0}, unsubscribed{0};

  void show(heartwire::MessageView message) {
    heartwire::core::JsonField data{"data"};
    if (!heartwire::core::read_json(message.payload, {&data, 1})) return;
    if (data.kind() == heartwire::core::JsonKind::absent)
      return;  // Only what has `data` reaches the view.
    std::osyncstream(std::cout) << "view: " << message.payload << '\n';
    shown.release();
  }

  heartwire::ClientOptions options(std::uint16_t port, std::chrono::milliseconds second) {
    heartwire::ClientOptions options;
    options.urls = {"ws://127.0.0.1:" + std::to_string(port) + "/trade"};
    options.greeting = {{heartwire::MessageType::text, kSubscribe}};
    options.heartbeat.sending = heartwire::Sending::periodic;
    options.heartbeat.interval = 15 * second;
    options.heartbeat.timeout = 10 * second;
    options.dialect = heartwire::dialect::json(
        {.answer_value = "Pong", .probe_json = R"({"traderid":10260,"type":"Ping"})"});
    options.reconnect.backoff = heartwire::BackoffOptions::constant(5 * second);
    options.reconnect.attempts_max = 5;
    options.reconnect.stable_after = 0s;  // A successful open resets the count.
    options.hooks.on_message = [this](auto message) { show(message); };
    options.hooks.on_reconnect = [](const auto& retry) {
      std::osyncstream(std::cout) << "attempt " << retry.attempt << " of 5\n";
    };
    options.hooks.on_gave_up = [this](const auto&) {
      std::osyncstream(std::cout) << "connectError\n";
      gave_up.release();
    };
    return options;
  }

  heartwire::ServerOptions exchange(std::uint16_t port) {
    heartwire::ServerOptions options;
    options.port = port;
    options.dialects = {heartwire::dialect::json({.probe_value = "Ping", .answer_value = "Pong"})};
    options.hooks.on_message = [this](auto& peer, auto message) {
      std::osyncstream(std::cout) << "  server: " << message.payload << '\n';
      if (message.payload == kUnsubscribe) unsubscribed.release();
      const bool is_new = message.payload == kSubscribe;
      if (is_new && !peer.send(R"({"kind":"own","data":[1,2]})")) peer.close();
    };
    return options;
  }
};

int main(int argc, char** argv) {
  const auto second = argc > 1 && argv[1] == std::string_view{"--quick"} ? 20ms : 1000ms;
  Desk desk;
  std::optional<heartwire::Server> server(desk.exchange(0));
  server->start();
  const std::uint16_t port = server->port();

  heartwire::Client client(desk.options(port, second));
  client.start();
  if (!desk.shown.try_acquire_for(10s)) return 1;

  server.reset();  // The server goes away, and nobody listens.
  if (!desk.gave_up.try_acquire_for(60s)) return 1;

  server.emplace(desk.exchange(port));
  server->start();
  std::osyncstream(std::cout) << "the user presses the button\n";
  client.reconnect();
  if (!desk.shown.try_acquire_for(10s)) return 1;  // It subscribed again.

  if (!client.send(kUnsubscribe)) return 1;  // The other tab is shown.
  client.close();                            // What was sent before leaves first.
  return desk.unsubscribed.try_acquire_for(10s) ? 0 : 1;
}
