// Shows a server: echo every message, answer heartbeats of several kinds, leave in good order.
// Run: 02_echo_server [PORT]     and then 01_hello ws://127.0.0.1:9000, or any browser. Ctrl-C
// ends.
//      02_echo_server --quick    serves one client of its own, and ends.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <syncstream>

namespace dialect = heartwire::dialect;
using namespace std::chrono_literals;

heartwire::ServerOptions options(std::uint16_t port) {
  heartwire::ServerOptions options;
  options.port = port;
  // Besides Ping frames; each client is answered in the kind that it speaks.
  options.dialects = {dialect::text("ping", "pong"), dialect::engine_io()};
  options.heartbeat.interval = 20s;  // Who is silent for so long is asked, and reaped if mute.
  options.hooks.on_open = [](auto& peer, const auto& request) {
    std::osyncstream(std::cout) << peer.remote_address() << " opened " << request.path << '\n';
  };
  options.hooks.on_message = [](auto& peer, auto message) {
    if (const auto sent = peer.send(message); !sent)
      std::osyncstream(std::cout) << peer.remote_address() << ": " << describe(sent.error())
                                  << '\n';
  };
  options.hooks.on_close = [](auto& peer, const auto& end) {
    std::osyncstream(std::cout) << peer.remote_address() << " ended: " << end.text << '\n';
  };
  options.drain.close_window = 1s;  // On leaving, clients are told to come back spread over this.
  return options;
}

/// A client that expects its own words back.
bool is_served(std::uint16_t port) {
  heartwire::BlockingClient client({.urls = {"ws://127.0.0.1:" + std::to_string(port) + "/room"}});
  const auto sent = client.send("echo");
  const auto answer = client.receive(10s);
  return sent && answer && answer->payload == "echo" && client.close();
}

int main(int argc, char** argv) {
  const std::string_view argument = argc > 1 ? argv[1] : "9000";
  const bool is_quick = argument == "--quick";

  // Before any thread starts, so that the signals come here and nowhere else.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const int port = is_quick ? 0 : std::atoi(argument.data());
  if (port < 0 || port > 65535 || (port == 0 && !is_quick)) {
    std::cerr << "not a port: " << argument << '\n';
    return 2;
  }
  heartwire::Server server(options(static_cast<std::uint16_t>(port)));
  server.start();
  std::osyncstream(std::cout) << "listening on 127.0.0.1:" << server.port() << '\n';

  const bool is_ok = !is_quick || is_served(server.port());
  int signal = 0;
  if (!is_quick) sigwait(&signals, &signal);
  server.drain();
  server.wait();
  return is_ok ? 0 : 1;
}
