// Shows text ping and pong, answered by the server without a line of code, and a count of attempts
// that starts afresh with every open: the mini-program.
// Run: 06_mini_program [--quick]    It plays both sides; --quick is a hundred times as fast.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <iostream>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <syncstream>

using namespace std::chrono_literals;

heartwire::ServerOptions task_server(std::uint16_t port) {
  heartwire::ServerOptions options;
  options.port = port;
  options.dialects = {heartwire::dialect::text("ping", "pong")};
  options.hooks.on_open = [](auto&, const auto& request) {
    std::osyncstream(std::cout) << "  server: opened with " << request.query << '\n';
  };
  return options;
}

int main(int argc, char** argv) {
  const auto second = argc > 1 && argv[1] == std::string_view{"--quick"} ? 10ms : 1000ms;
  std::optional<heartwire::Server> server(task_server(0));
  server->start();
  const std::uint16_t port = server->port();

  std::counting_semaphore<> opened{0}, answered{0}, lost{0};
  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(port) + "/task?taskId=7&userId=42"};
  options.dialect = heartwire::dialect::text("ping", "pong");
  options.heartbeat.interval = 10 * second;  // After the last sign of life, of whatever kind.
  options.heartbeat.timeout = 10 * second;
  options.heartbeat.reply = heartwire::Reply::fixed;
  options.reconnect.backoff = heartwire::BackoffOptions::constant(5 * second);
  options.reconnect.attempts_max = 12;
  options.reconnect.stable_after = 0s;  // Twelve for each outage, not for the page's whole life.
  options.hooks.on_open = [&](const auto& open) {
    std::osyncstream(std::cout) << "open after " << open.attempts << " attempts\n";
    opened.release();
  };
  options.hooks.on_heartbeat = [&](const auto& heartbeat) {
    std::osyncstream(std::cout) << "pong after " << heartbeat.round_trip / 1us << " us\n";
    answered.release();
  };
  options.hooks.on_close = [&](const auto& end) {
    std::osyncstream(std::cout) << "lost: " << end.text << '\n';
    lost.release();
  };
  heartwire::Client client(options);
  client.start();

  for (int life = 1; life <= 2; ++life) {
    if (!opened.try_acquire_for(30s) || !answered.try_acquire_for(60s)) return 1;
    server.reset();  // The server restarts.
    if (!lost.try_acquire_for(60s)) return 1;
    server.emplace(task_server(port));
    server->start();
  }
  return opened.try_acquire_for(30s) ? 0 : 1;
}
