// Shows the options of the npm package `websocket-heartbeat-miniprogram` in heartwire's words,
// hooks that survive reconnects, and a server that asks its client to leave for good. Run:
// 07_heartbeat_library [--quick]    It plays both sides; --quick is fifty times as fast.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <iostream>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <string_view>
#include <syncstream>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const auto second = argc > 1 && argv[1] == std::string_view{"--quick"} ? 20ms : 1000ms;

  heartwire::ServerOptions peer_options;
  peer_options.hooks.on_message = [](auto& peer, auto message) {
    std::osyncstream(std::cout) << "  server: " << message.payload << '\n';
    if (message.payload == "drop me") peer.close(1011, "a server's mishap");
    if (message.payload == "heartbeat" && !peer.send("alive")) peer.close();
    if (message.payload == "done" && !peer.send("please leave")) peer.close();
  };
  heartwire::Server server(peer_options);
  server.start();

  std::counting_semaphore<> opened{0}, alive{0}, left{0};
  heartwire::Client* socket = nullptr;
  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(server.port())};
  options.heartbeat.interval = 15 * second;           // pingTimeout 15000
  options.heartbeat.timeout = 10 * second;            // pongTimeout 10000
  options.heartbeat.reply = heartwire::Reply::fixed;  // One unanswered heartbeat is death.
  options.dialect = heartwire::dialect::text("heartbeat", "");  // pingMsg; any answer will do.
  options.reconnect.backoff =
      heartwire::BackoffOptions::constant(2 * second);  // reconnectTimeout 2000
  options.hooks.on_open = [&](const auto& open) {       // onOpen; repeatLimit: attempts_max
    std::osyncstream(std::cout) << "onOpen: transport " << open.transport.generation << " from "
                                << open.transport.local_address << '\n';
    opened.release();
  };
  options.hooks.on_message = [&](heartwire::MessageView message) {
    std::osyncstream(std::cout) << "onMessage: " << message.payload << '\n';
    if (message.payload == "alive") alive.release();
    if (message.payload == "please leave") socket->close();  // The client's close alone is final.
  };
  options.hooks.on_reconnect = [](const auto& retry) {
    std::osyncstream(std::cout) << "onReconnect: attempt " << retry.attempt << '\n';
    throw std::runtime_error("a mistake in a hook");  // Reported, and changes nothing else.
  };
  options.hooks.on_error = [](std::string_view what) {
    std::osyncstream(std::cout) << "onError: " << what << '\n';
  };
  options.hooks.on_close = [&](const auto& end) {
    std::osyncstream(std::cout) << "onClose: " << end.text << '\n';
    if (!end.will_retry) left.release();
  };
  heartwire::Client client(options);
  socket = &client;
  client.start();

  if (!opened.try_acquire_for(10s) || !alive.try_acquire_for(60s)) return 1;
  if (!client.send("drop me") || !opened.try_acquire_for(10s)) return 1;
  if (!client.send("done") || !left.try_acquire_for(10s)) return 1;
  return client.state() == heartwire::State::closed ? 0 : 1;
}
