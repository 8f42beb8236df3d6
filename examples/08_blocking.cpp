// Shows the client for programs that would rather ask than be told: receive() with a timeout, while
// a thread of its own keeps the connection alive.
// Run: 08_blocking [URL]    Without a URL it talks to an echo server of its own.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <iostream>
#include <string>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
  heartwire::Server server({.hooks = {.on_message = [](auto& peer, auto message) {
                              if (!peer.send(message)) peer.close();
                            }}});
  server.start();
  const std::string own_url = "ws://127.0.0.1:" + std::to_string(server.port());

  heartwire::BlockingClient client({.urls = {argc > 1 ? argv[1] : own_url}});
  if (!client.wait_open(10s)) {
    std::cerr << "no connection within 10 s\n";
    return 1;
  }
  for (const char* word : {"one", "two", "three"})
    if (const auto sent = client.send(word); !sent) std::cerr << describe(sent.error()) << '\n';

  int count = 0;
  while (const auto message = client.receive(200ms)) {
    std::cout << "received: " << message->payload << '\n';
    ++count;
  }
  std::cout << "nothing more for 200 ms; still connected, and alive\n";

  return count == 3 && client.close() ? 0 : 1;
}
