#include "heartwire/endpoint/compression.hpp"

#include "heartwire/ws/utf8.hpp"

#include <algorithm>

namespace heartwire::endpoint {
namespace {

/// The thread's own inflater serves connections of every window.
constexpr std::uint8_t kSharedWindowBits = 15;

}  // namespace

Compression::Compression(const ws::DeflateOptions& options, const ws::DeflateParams& agreed,
                         base::Role role) noexcept
    : bytes_min_(options.bytes_min),
      agreed_(agreed),
      is_released_when_idle_(options.is_released_when_idle) {
  const bool is_server = role == base::Role::server;
  const std::uint8_t own_bits =
      is_server ? agreed.server_max_window_bits : agreed.client_max_window_bits;
  tuning_ = {std::min(own_bits, options.own_window_bits), options.level, options.memory_level};
  peer_window_bits_ = is_server ? agreed.client_max_window_bits : agreed.server_max_window_bits;
  own_takes_over_ =
      !(is_server ? agreed.server_no_context_takeover : agreed.client_no_context_takeover);
  peer_takes_over_ =
      !(is_server ? agreed.client_no_context_takeover : agreed.server_no_context_takeover);
}

std::optional<base::ByteView> Compression::deflate(base::ByteView message, Workspace& workspace) {
  if (message.empty() || message.size() < bytes_min_) return std::nullopt;
  base::Bytes& out = workspace.deflated.clear();
  ws::Deflater& deflater = own_takes_over_ ? deflater_ : workspace.deflater;
  const bool shrinks = deflater.deflate(tuning_, message, message.size() - 1, out);
  // Not only since it was agreed: the next message may be another connection's secret.
  if (!own_takes_over_) deflater.forget();
  heartbeats_ = 0;
  if (!shrinks) return std::nullopt;
  return out;
}

void Compression::keep(base::ByteView payload) {
  kept_ = base::Bytes(payload.begin(), payload.end());
}

base::Result<base::ByteView, ws::ProtocolError> Compression::inflate(const ws::Message& message,
                                                                     std::uint64_t bytes_max,
                                                                     Workspace& workspace) {
  base::Bytes& out = workspace.inflated.clear();
  ws::Inflater& inflater = peer_takes_over_ ? inflater_ : workspace.inflater;
  const std::uint8_t bits = peer_takes_over_ ? peer_window_bits_ : kSharedWindowBits;
  ws::Utf8Validator text;
  const bool is_text = message.type == base::MessageType::text;
  const auto done =
      inflater.inflate(bits, message.payload, bytes_max, out, is_text ? &text : nullptr);
  if (!peer_takes_over_) inflater.forget();
  if (!done) return base::Failure{done.error()};
  return base::ByteView{out};
}

void Compression::on_heartbeat() noexcept {
  if (!is_released_when_idle_ || heartbeats_ == kIdleHeartbeats) return;
  // The peer's next message may lean on what the inflater has seen, so that has to stay.
  if (++heartbeats_ == kIdleHeartbeats) deflater_.release();
}

std::size_t Compression::bytes_held() const noexcept {
  return deflater_.bytes_held() + inflater_.bytes_held();
}

}  // namespace heartwire::endpoint
