// Ten thousand clients on one thread of one process against one server stay alive for a minute.
//
//   bench_many_clients [clients=10000] [seconds=60] [interval_ms=5000]
//
// The server has a process and a thread of its own. Prints how long it took to open all, survivors,
// losses (each a false death: nothing is broken here), heartbeats, and memory a client. Exits 1 if
// any client was lost or did not beat.

#include "bench/process.hpp"
#include "heartwire/client.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/server.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using heartwire::bench::Child;
using heartwire::bench::Sample;
using Clock = std::chrono::steady_clock;

struct Settings {
  unsigned clients = 10'000;
  std::chrono::seconds duration{60};
  std::chrono::milliseconds interval{5000};
};

/// Written on the loop's thread, read by the main one.
struct Tally {
  std::atomic<unsigned> open{0};
  std::atomic<unsigned> lost{0};
  std::atomic<unsigned> failed_attempts{0};
  std::atomic<std::uint64_t> beats{0};
  std::vector<std::uint32_t> beats_of;  ///< By client; only the loop's thread, until it stops.
};

void serve(Child::Pipe& pipe) {
  heartwire::ServerOptions options;
  options.heartbeat.interval = 30s;
  heartwire::Server server(std::move(options));
  server.start();
  pipe.send(server.port());
  while (pipe.await_request()) pipe.send(Sample::now());
}

heartwire::SharedOptions options_of_all(std::uint16_t port, const Settings& settings) {
  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(port) + "/"};
  options.heartbeat.interval = settings.interval;
  return heartwire::SharedOptions(std::move(options));
}

heartwire::ClientHooks hooks_of(unsigned client, Tally& tally) {
  heartwire::ClientHooks hooks;
  hooks.on_open = [&](const auto&) { ++tally.open; };
  hooks.on_close = [&tally, client](const heartwire::client::CloseInfo& info) {
    --tally.open;
    if (++tally.lost <= 10) std::printf("client %u lost: %s\n", client, info.text.c_str());
  };
  hooks.on_attempt_failed = [&](const auto&) { ++tally.failed_attempts; };
  hooks.on_heartbeat = [&tally, client](const auto&) {
    ++tally.beats;
    ++tally.beats_of[client];
  };
  return hooks;
}

unsigned number(const char* text, const char* name) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (*end != '\0' || value == 0 || value > 1'000'000) {
    std::fprintf(stderr, "bench_many_clients: %s must be a number from 1, not '%s'\n", name, text);
    std::exit(2);
  }
  return static_cast<unsigned>(value);
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  if (argc > 1) settings.clients = number(argv[1], "clients");
  if (argc > 2) settings.duration = std::chrono::seconds{number(argv[2], "seconds")};
  if (argc > 3) settings.interval = std::chrono::milliseconds{number(argv[3], "interval_ms")};
  return settings;
}

/// Whether all lived and beat.
bool report(const Settings& settings, const Tally& tally, double bytes_each, double cpu_us) {
  const double seconds = static_cast<double>(settings.duration.count());
  const auto silent = std::count(tally.beats_of.begin(), tally.beats_of.end(), 0u);
  std::printf("survivors                     %u of %u\n", tally.open.load(), settings.clients);
  std::printf("false deaths                  %u\n", tally.lost.load());
  std::printf("failed attempts               %u\n", tally.failed_attempts.load());
  std::printf("clients without a heartbeat   %ld\n", static_cast<long>(silent));
  std::printf("heartbeats a second           %.0f\n", static_cast<double>(tally.beats) / seconds);
  std::printf("user-space bytes a client     %.0f\n", bytes_each);
  std::printf("CPU of the clients' thread    %.1f %%\n", cpu_us / seconds / 1e4);
  return tally.open == settings.clients && tally.lost == 0 && silent == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = read_settings(argc, argv);
  heartwire::bench::prepare(settings.clients);
  Child child(serve);
  const auto port = child.receive<std::uint16_t>();

  heartwire::net::Loop loop;
  Tally tally;
  tally.beats_of.resize(settings.clients);
  const Sample before = Sample::now();
  const Clock::time_point begin = Clock::now();
  const heartwire::SharedOptions shared = options_of_all(port, settings);
  std::vector<std::unique_ptr<heartwire::Client>> clients;
  for (unsigned i = 0; i < settings.clients; ++i) {
    clients.push_back(std::make_unique<heartwire::Client>(loop, shared, hooks_of(i, tally)));
    clients.back()->start();
  }
  heartwire::bench::wait_until([&] { return tally.open == settings.clients; }, 120s);
  const std::chrono::duration<double> took = Clock::now() - begin;
  std::printf("%u clients on one thread, open after %.1f s; watched for %lld s\n", settings.clients,
              took.count(), static_cast<long long>(settings.duration.count()));

  const Sample open = Sample::now();
  std::this_thread::sleep_for(settings.duration);
  const Sample after = Sample::now();
  for (auto& client : clients) client->stop();
  loop.stop();
  loop.join();
  const bool is_good = report(settings, tally, open.bytes_since(before) / settings.clients,
                              after.cpu_us_since(open));
  return is_good ? 0 : 1;
}
