// A user's smallest program: it must compile, link and run with what is installed, and nothing
// else. A server and a client in one process say hello over a real socket.

#include <chrono>
#include <heartwire/client.hpp>
#include <heartwire/server.hpp>
#include <iostream>
#include <string>

int main() {
  heartwire::ServerOptions server_options;
  server_options.hooks.on_message = [](heartwire::Connection& connection,
                                       heartwire::MessageView message) {
    static_cast<void>(connection.send(message));
  };
  heartwire::Server server(std::move(server_options));
  server.start();

  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(server.port()) + "/"};
  heartwire::BlockingClient client(std::move(options));
  if (!client.send("hello")) return 1;
  const auto answer = client.receive(std::chrono::seconds{10});
  const bool works = answer.is_ok() && answer->payload == "hello";
  client.close();
  std::cout << (works ? "the installed package works\n" : "no answer came\n");
  return works ? 0 : 1;
}
