// Shows credentials that age: the URL and the headers of each attempt come from a callback, so a
// refused token is not sent twice; and a token server that is down is one more failed attempt.
// Run: 10_fresh_token

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <semaphore>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

/// Stands for the program's own login: it fails, then hands out a stale token, then a good one.
std::string fetch_token(std::uint32_t attempt) {
  if (attempt == 0) throw std::runtime_error("the token server is down");
  return attempt == 1 ? "stale" : "fresh";
}

heartwire::ServerOptions guarded() {
  heartwire::ServerOptions options;
  options.hooks.on_request = [](const auto& request) {
    const bool is_known =
        std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
          return header.first == "Authorization" && header.second == "Bearer fresh";
        });
    return is_known ? heartwire::Admit::accept() : heartwire::Admit::refuse(401, "token expired");
  };
  return options;
}

int main() {
  heartwire::Server server(guarded());
  server.start();
  const std::string url = "ws://127.0.0.1:" + std::to_string(server.port());

  std::binary_semaphore opened{0};
  std::uint32_t attempts = 0;
  heartwire::ClientOptions options;
  options.request = [&](const auto& attempt) -> heartwire::client::Request {
    return {url, {{"Authorization", "Bearer " + fetch_token(attempt.attempt)}}};
  };
  options.reconnect.backoff.delay_min = 50ms;
  options.reconnect.backoff.delay_max = 200ms;
  options.hooks.on_attempt_failed = [](const auto& end) {
    std::cout << "failed: " << end.text
              << (end.verdict == heartwire::Verdict::new_credentials
                      ? " (new credentials may help)\n"
                      : "\n");
  };
  options.hooks.on_open = [&](const auto& open) {
    std::cout << "open after " << open.attempts << " retries\n";
    attempts = open.attempts;
    opened.release();
  };
  heartwire::Client client(options);
  client.start();

  return opened.try_acquire_for(10s) && attempts == 2 ? 0 : 1;
}
