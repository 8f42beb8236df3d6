// What an echoed message costs: pipelined echo of small and large messages through heartwire's
// server, Boost.Beast, libwebsockets and npm `ws`, each on one thread of a process of its own,
// under the same load in the same run.
//
//   bench_echo [seconds=3] [connections=50] [depth=16]
//
// Prints messages a second and the server's CPU a message, and the ratios to heartwire's. A peer
// that is not installed is left out, which is said. Read the ratios: the machine is shared.

#include "bench/echo_load.hpp"
#include "bench/peers/beast_echo.hpp"
#include "bench/peers/lws_echo.hpp"
#include "bench/process.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using heartwire::bench::Child;
using heartwire::bench::EchoLoad;
using heartwire::bench::EchoLoadOptions;

struct Settings {
  std::chrono::seconds duration{3};
  EchoLoadOptions load{};
};

struct Cost {
  double messages_per_second = 0;
  double cpu_us_per_message = 0;
};

void serve_heartwire(Child::Pipe& pipe) {
  heartwire::ServerOptions options;
  options.message_bytes_max = std::size_t{64} << 20;
  options.send_buffer_bytes_max = std::size_t{64} << 20;
  options.hooks.on_message = [](heartwire::Connection& connection, heartwire::MessageView message) {
    static_cast<void>(connection.send(message));
  };
  heartwire::Server server(std::move(options));
  server.start();
  pipe.send(server.port());
  while (pipe.await_request()) {
  }
}

/// Replaces the child by node; its standard input is the pipe, and ends with the parent.
void serve_ws(Child::Pipe& pipe) {
  pipe.become("node", HEARTWIRE_BENCH_DIR "/peers/ws_echo.mjs");
}

/// A port as a line of text, of a child that was replaced by a program.
std::uint16_t port_line(Child& child) {
  std::string line;
  for (char next = 0; (next = child.receive<char>()) >= '0' && next <= '9';) line += next;
  return static_cast<std::uint16_t>(std::atoi(line.c_str()));
}

Cost measure(Child& child, std::uint16_t port, const Settings& settings) {
  EchoLoad load(port, settings.load);
  load.run(200ms);  // Caches and congestion windows.
  const std::uint64_t cpu_before = child.cpu_us();
  const auto before = std::chrono::steady_clock::now();
  const std::uint64_t count = load.run(settings.duration);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  const double cpu = static_cast<double>(child.cpu_us() - cpu_before);
  return {static_cast<double>(count) / took.count(), cpu / static_cast<double>(count)};
}

void print(const char* name, const Cost& cost, const Cost& ours) {
  std::printf("%-13s %14.0f %18.2f %22.2f\n", name, cost.messages_per_second,
              cost.cpu_us_per_message, cost.cpu_us_per_message / ours.cpu_us_per_message);
}

void compare(const Settings& settings) {
  std::printf("\n%zu bytes, %u connections, %u messages on their way on each\n",
              settings.load.payload_bytes, settings.load.connections, settings.load.depth);
  std::printf("%-13s %14s %18s %22s\n", "", "messages/s", "server CPU us each",
              "CPU over heartwire's");
  Child heartwire_child(serve_heartwire);
  const Cost ours = measure(heartwire_child, heartwire_child.receive<std::uint16_t>(), settings);
  print("heartwire", ours, ours);
  Child beast_child(heartwire::bench::serve_beast_echo);
  print("Boost.Beast", measure(beast_child, beast_child.receive<std::uint16_t>(), settings), ours);
#ifdef HEARTWIRE_BENCH_LIBWEBSOCKETS
  Child lws_child(heartwire::bench::serve_lws_echo);
  print("libwebsockets", measure(lws_child, lws_child.receive<std::uint16_t>(), settings), ours);
#else
  std::printf("libwebsockets left out: libwebsockets-dev was not installed at build time\n");
#endif
  Child ws_child(serve_ws);
  if (const std::uint16_t port = port_line(ws_child); port != 0)
    print("npm ws", measure(ws_child, port, settings), ours);
  else
    std::printf("npm ws        left out: node or its package ws is not installed\n");
}

unsigned number(const char* text, const char* name) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (*end != '\0' || value == 0 || value > 100'000) {
    std::fprintf(stderr, "bench_echo: %s must be a number from 1, not '%s'\n", name, text);
    std::exit(2);
  }
  return static_cast<unsigned>(value);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (argc > 1) settings.duration = std::chrono::seconds{number(argv[1], "seconds")};
  if (argc > 2) settings.load.connections = number(argv[2], "connections");
  if (argc > 3) settings.load.depth = number(argv[3], "depth");
  heartwire::bench::prepare(settings.load.connections);
  for (const std::size_t bytes : {std::size_t{20}, std::size_t{16} << 10}) {
    settings.load.payload_bytes = bytes;
    compare(settings);
  }
  return 0;
}
