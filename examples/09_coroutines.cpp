// Shows the client for programs with their own boost::asio::io_context: co_await instead of hooks,
// on the program's own thread.
// Run: 09_coroutines [URL]    Without a URL it talks to an echo server of its own.

#include "heartwire/asio.hpp"
#include "heartwire/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <iostream>
#include <string>

namespace asio = boost::asio;

asio::awaitable<void> talk(asio::io_context& context, std::string url, int& count) {
  heartwire::AsyncClient client(context, {.urls = {std::move(url)}});
  if (!co_await client.wait_open()) co_return;

  for (const char* word : {"one", "two", "three"}) {
    if (!client.send(word)) co_return;
    const auto answer = co_await client.receive();
    if (!answer) co_return;
    std::cout << "received: " << answer->payload << '\n';
    ++count;
  }
  co_await client.close();
  std::cout << "closed\n";
}

int main(int argc, char** argv) {
  heartwire::Server server({.hooks = {.on_message = [](auto& peer, auto message) {
                              if (!peer.send(message)) peer.close();
                            }}});
  server.start();
  const std::string own_url = "ws://127.0.0.1:" + std::to_string(server.port());

  asio::io_context context;
  int count = 0;
  asio::co_spawn(context, talk(context, argc > 1 ? argv[1] : own_url, count), asio::detached);
  context.run();
  return count == 3 ? 0 : 1;
}
