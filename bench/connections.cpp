// What an open connection and a heartbeat cost, with no TLS: N clients on one thread of one process
// against a server on one thread of another, over loopback; beside a bare epoll echo that moves as
// many bytes as often, in the same run.
//
//   bench_connections [connections=2000] [seconds=10] [interval_ms=1000]
//
// Prints user-space bytes that each further connection takes on either side, heartbeat round trips
// a second, and the server's CPU a heartbeat. Read the ratios: the machine is shared. Exits 1 if a
// connection was lost.

#include "bench/bare_echo.hpp"
#include "bench/process.hpp"
#include "heartwire/client.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/server.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using heartwire::bench::Child;
using heartwire::bench::Sample;

struct Settings {
  unsigned connections = 2000;
  std::chrono::seconds duration{10};
  std::chrono::milliseconds interval{1000};
};

/// What one kind of server cost over the measured time.
struct Cost {
  double server_bytes = 0;  ///< For each connection.
  double client_bytes = 0;
  double beats_per_second = 0;
  double cpu_us_per_beat = 0;
  unsigned alive = 0;
};

/// Serves until the parent goes; answers each request for a sample.
void serve_heartwire(Child::Pipe& pipe) {
  heartwire::ServerOptions options;
  options.heartbeat.sending = heartwire::core::Sending::watchdog;
  options.heartbeat.interval = 60s;
  heartwire::Server server(std::move(options));
  server.start();
  pipe.send(server.port());
  while (pipe.await_request()) pipe.send(Sample::now());
}

Cost measure(Child& child, unsigned connections, std::chrono::seconds duration,
             const std::atomic<std::uint64_t>& beats, const Sample& server_before,
             const Sample& client_before) {
  const Sample client_open = Sample::now();
  const Sample server_open = child.sample();
  const std::uint64_t beats_before = beats;
  std::this_thread::sleep_for(duration);
  const Sample server_after = child.sample();
  const double count = static_cast<double>(beats - beats_before);
  Cost cost;
  cost.server_bytes = server_open.bytes_since(server_before) / connections;
  cost.client_bytes = client_open.bytes_since(client_before) / connections;
  cost.beats_per_second = count / static_cast<double>(duration.count());
  cost.cpu_us_per_beat = server_after.cpu_us_since(server_open) / count;
  return cost;
}

/// What both processes have once, however many connections follow (read buffers, OpenSSL's tables),
/// is there after the first one.
void warm_up(heartwire::Loop& loop, const heartwire::SharedOptions& shared) {
  std::atomic<bool> is_open{false};
  heartwire::ClientHooks hooks;
  hooks.on_open = [&](const auto&) { is_open = true; };
  heartwire::Client first(loop, shared, std::move(hooks));
  first.start();
  heartwire::bench::wait_until([&] { return is_open.load(); }, 60s);
}

Cost run_heartwire(const Settings& settings) {
  Child child(serve_heartwire);
  const auto port = child.receive<std::uint16_t>();

  heartwire::Loop loop;
  std::atomic<std::uint64_t> beats{0};
  std::atomic<unsigned> open{0};
  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(port) + "/"};
  options.heartbeat.sending = heartwire::core::Sending::periodic;
  options.heartbeat.interval = settings.interval;
  options.heartbeat.timeout = 30s;
  options.hooks.on_open = [&](const auto&) { ++open; };
  options.hooks.on_close = [&](const auto&) { --open; };
  options.hooks.on_heartbeat = [&](const auto&) { ++beats; };

  const heartwire::SharedOptions shared(std::move(options));
  warm_up(loop, shared);
  const Sample server_before = child.sample();
  const Sample client_before = Sample::now();
  std::vector<std::unique_ptr<heartwire::Client>> clients;
  for (unsigned i = 0; i < settings.connections; ++i) {
    clients.push_back(std::make_unique<heartwire::Client>(loop, shared));
    clients.back()->start();
  }
  heartwire::bench::wait_until([&] { return open == settings.connections; }, 60s);
  Cost cost =
      measure(child, settings.connections, settings.duration, beats, server_before, client_before);
  cost.alive = open;
  for (auto& client : clients) client->stop();
  return cost;
}

Cost run_bare(const Settings& settings) {
  Child child(heartwire::bench::serve_bare_echo);
  const auto port = child.receive<std::uint16_t>();
  const Sample server_before = child.sample();
  const Sample client_before = Sample::now();
  std::atomic<std::uint64_t> beats{0};
  heartwire::bench::BareClients clients(port, settings.connections, settings.interval, beats);
  Cost cost =
      measure(child, settings.connections, settings.duration, beats, server_before, client_before);
  cost.alive = settings.connections;
  return cost;
}

void print(const char* name, const Cost& cost) {
  std::printf("%-12s %18.0f %18.0f %14.0f %20.2f\n", name, cost.server_bytes, cost.client_bytes,
              cost.beats_per_second, cost.cpu_us_per_beat);
}

unsigned number(const char* text, const char* name) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (*end != '\0' || value == 0 || value > 1'000'000) {
    std::fprintf(stderr, "bench_connections: %s must be a number from 1, not '%s'\n", name, text);
    std::exit(2);
  }
  return static_cast<unsigned>(value);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (argc > 1) settings.connections = number(argv[1], "connections");
  if (argc > 2) settings.duration = std::chrono::seconds{number(argv[2], "seconds")};
  if (argc > 3) settings.interval = std::chrono::milliseconds{number(argv[3], "interval_ms")};
  heartwire::bench::prepare(settings.connections);

  const Cost bare = run_bare(settings);
  const Cost ours = run_heartwire(settings);
  std::printf("%u connections, a heartbeat each every %lld ms, %lld s\n", settings.connections,
              static_cast<long long>(settings.interval.count()),
              static_cast<long long>(settings.duration.count()));
  std::printf("%-12s %18s %18s %14s %20s\n", "", "server bytes each", "client bytes each",
              "heartbeats/s", "server CPU us each");
  print("bare epoll", bare);
  print("heartwire", ours);
  std::printf("server CPU a heartbeat, heartwire over bare epoll: %.2f\n",
              ours.cpu_us_per_beat / bare.cpu_us_per_beat);
  std::printf("alive at the end: %u of %u\n", ours.alive, settings.connections);
  return ours.alive == settings.connections ? 0 : 1;
}
