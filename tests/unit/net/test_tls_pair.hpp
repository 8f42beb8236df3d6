#pragma once
// Two streams joined by loopback, each of which is to speak TLS.

#include "heartwire/net/stream.hpp"
#include "heartwire/net/tls_channel.hpp"
#include "heartwire/net/tls_context.hpp"
#include "tests/unit/net/test_certificates.hpp"
#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <optional>
#include <string>
#include <utility>

namespace heartwire::net::testing {

inline TlsContext client_context(const TlsOptions& options) {
  return TlsContext::client(options).value();
}

inline TlsContext server_context(const Identity& identity, TlsOptions options = {}) {
  options.certificate_file = identity.certificate_file;
  options.key_file = identity.key_file;
  return TlsContext::server(options).value();
}

struct TlsPair {
  explicit TlsPair(TestLoop& on) : loop(on) {
    auto [ours, theirs] = connected_pair();
    client = Stream(loop, ours.release());
    server = Stream(loop, theirs.release());
    set_non_blocking(server.fd());
  }

  /// Runs both handshakes to their ends; false if one never ended. A failed side closes.
  bool shake_hands(const TlsContext& client_tls, const TlsContext& server_tls,
                   const std::string& host = "localhost") {
    bool is_client_done = false;
    bool is_server_done = false;
    client.async_tls_handshake(client_tls, host, [&](std::optional<TlsFailure> failure) {
      is_client_done = true;
      client_failure = std::move(failure);
      if (client_failure) client.close();
    });
    server.async_tls_handshake(server_tls, "", [&](std::optional<TlsFailure> failure) {
      is_server_done = true;
      server_failure = std::move(failure);
      if (server_failure) server.close();
    });
    return loop.run_until([&] { return is_client_done && is_server_done; });
  }

  /// Waits for something to read at `stream` and reads it once.
  IoResult read(Stream& stream, base::MutableByteView buffer) {
    std::optional<IoResult> result;
    while (!result) {
      bool is_readable = false;
      stream.async_wait_readable([&] { is_readable = true; });
      if (!loop.run_until([&] { return is_readable; })) return IoResult::failed("nothing came");
      IoResult once = stream.read_some(buffer);
      if (once.status != IoStatus::would_block) result = std::move(once);
    }
    return *result;
  }

  std::string read_text(Stream& stream) {
    base::Bytes buffer(1000);
    const IoResult result = read(stream, buffer);
    if (result.status != IoStatus::moved) return "not moved: " + result.error;
    return std::string{base::as_text(base::ByteView{buffer}.first(result.count))};
  }

  TestLoop& loop;
  Stream client;
  Stream server;
  std::optional<TlsFailure> client_failure;
  std::optional<TlsFailure> server_failure;
};

}  // namespace heartwire::net::testing
