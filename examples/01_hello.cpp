// Shows a client in ten lines: connect, send, receive, and stay alive meanwhile.
// Run: 01_hello [URL]    Without a URL it talks to an echo server of its own.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <future>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  heartwire::Server server({.hooks = {.on_message = [](auto& peer, auto message) {
                              if (!peer.send(message)) peer.close();
                            }}});
  server.start();
  const std::string own_url = "ws://127.0.0.1:" + std::to_string(server.port());

  std::promise<std::string> answer;
  heartwire::Client client({.urls = {argc > 1 ? argv[1] : own_url},
                            .hooks = {.on_message = [&](heartwire::MessageView message) {
                              answer.set_value(std::string{message.payload});
                            }}});
  client.start();
  if (!client.send("hello")) return 1;  // Not connected yet, so it waits in the outbox.

  auto received = answer.get_future();
  if (received.wait_for(std::chrono::seconds{10}) != std::future_status::ready) return 1;
  std::cout << "received: " << received.get() << '\n';
}
