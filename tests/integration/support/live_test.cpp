#include "tests/integration/support/live_test.hpp"

#include "heartwire/net/clock.hpp"

#include <iostream>
#include <thread>

namespace heartwire::integration {

void LiveTest::TearDown() {
  if (!HasFailure()) return;
  std::cerr << witness.transcript();
  for (const auto& process : processes_) std::cerr << process->transcript();
}

Process& LiveTest::start(std::vector<std::string> command) {
  return *processes_.emplace_back(std::make_unique<Process>(std::move(command)));
}

client::Options LiveTest::options(std::string url) {
  client::Options options;
  options.urls = {std::move(url)};
  options.heartbeat.sending = core::Sending::off;
  options.reconnect.backoff = core::BackoffOptions::constant(100ms);
  return witness.watch(std::move(options));
}

std::string url_of(std::uint16_t port, std::string_view target, bool is_secure) {
  return (is_secure ? "wss://localhost:" : "ws://127.0.0.1:") + std::to_string(port) +
         std::string{target};
}

bool becomes_true(const std::function<bool()>& is_so, milliseconds deadline) {
  const base::Instant begin = net::steady_now();
  while (!is_so()) {
    if (since(begin) > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

milliseconds since(base::Instant begin) {
  return std::chrono::duration_cast<milliseconds>(net::steady_now() - begin);
}

}  // namespace heartwire::integration
