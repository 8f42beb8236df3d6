#include "heartwire/client/options.hpp"

#include "heartwire/net/proxy_policy.hpp"
#include "heartwire/ws/handshake_client.hpp"
#include "heartwire/ws/url.hpp"
#include "heartwire/ws/utf8.hpp"

#include <chrono>
#include <utility>

namespace heartwire::client {
namespace {

using Wrong = std::optional<std::string>;

Wrong wrong_url(const Options& options) {
  if (options.urls.empty() && !options.request) return "urls is empty and there is no request";
  for (const std::string& url : options.urls)
    if (const auto parsed = ws::parse_url(url); !parsed) return parsed.error().text;
  return std::nullopt;
}

/// What the request's own fields would be refused for at every attempt is refused at once.
Wrong wrong_request(const Options& options) {
  ws::HandshakeRequestOptions request;
  request.subprotocols = options.subprotocols;
  for (const auto& [name, value] : options.headers) request.headers.push_back({name, value});
  const auto made = ws::make_request({false, "localhost", 80, "/", {}}, request, {});
  if (!made) return made.error().text;
  return std::nullopt;
}

Wrong wrong_timeout(const Options& options) {
  using std::chrono::milliseconds;
  const std::pair<const char*, milliseconds> timeouts[] = {
      {"resolve_timeout", options.resolve_timeout},
      {"connect_timeout", options.connect_timeout},
      {"proxy_timeout", options.proxy_timeout},
      {"tls_timeout", options.tls_timeout},
      {"handshake_timeout", options.handshake_timeout},
  };
  for (const auto& [name, value] : timeouts)
    if (value < milliseconds{1} || value > std::chrono::hours{24})
      return std::string{name} + " must be from 1 ms to 24 h";
  const milliseconds give_up = options.tcp_user_timeout.value_or(milliseconds::zero());
  if (give_up < milliseconds::zero() || give_up > std::chrono::hours{24 * 30})
    return "tcp_user_timeout must be from 0 to 30 days";
  return std::nullopt;
}

Wrong wrong_way(const Options& options) {
  if (const auto policy = net::ProxyPolicy::parse(options.proxy); !policy) return policy.error();
  return net::validate_client(options.tls);
}

Wrong wrong_size(const Options& options) {
  if (options.outbox.outbox_bytes_max <= core::Outbox::kMessageOverhead)
    return "outbox_bytes_max must be above " + std::to_string(core::Outbox::kMessageOverhead) +
           ", which every message counts besides its payload";
  if (options.message_bytes_max == 0) return "message_bytes_max must be above 0";
  if (!options.compression) return std::nullopt;
  if (auto wrong = ws::validate(*options.compression)) return "compression: " + *wrong;
  return std::nullopt;
}

Wrong wrong_greeting(const Options& options) {
  for (const core::Message& message : options.greeting)
    if (message.type == core::MessageType::text && !ws::is_utf8(message.payload))
      return "greeting has a text that is not UTF-8";
  return std::nullopt;
}

Wrong wrong_lifecycle(const Options& options) {
  core::LifecycleOptions life;
  life.heartbeat = options.heartbeat;
  life.interval_search = options.interval_search;
  life.reconnect = options.reconnect;
  life.outbox = options.outbox;
  life.closing.close_timeout = options.close_timeout;
  life.dialect = options.dialect;
  if (const char* wrong = core::validate(life)) return wrong;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> validate(const Options& options) {
  if (auto wrong = wrong_url(options)) return wrong;
  if (auto wrong = wrong_request(options)) return wrong;
  if (auto wrong = wrong_timeout(options)) return wrong;
  if (auto wrong = wrong_way(options)) return wrong;
  if (auto wrong = wrong_size(options)) return wrong;
  if (auto wrong = wrong_greeting(options)) return wrong;
  return wrong_lifecycle(options);
}

}  // namespace heartwire::client
