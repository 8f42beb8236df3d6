#include "heartwire/endpoint/frames.hpp"

#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/frame.hpp"

#include <array>

namespace heartwire::endpoint {
namespace {

/// Tells our Pings from anything else that a peer may put into a Pong.
constexpr std::array<std::uint8_t, 2> kPingMark = {'h', 'w'};
using PingPayload = std::array<std::uint8_t, kPingMark.size() + sizeof(std::uint32_t)>;

std::optional<ws::MaskKey> mask_key(const FrameSink& sink) {
  if (sink.role == base::Role::server) return std::nullopt;
  return sink.workspace.masks->next_mask_key();
}

}  // namespace

void FrameSink::append(ws::Opcode opcode, bool fin, base::ByteView payload, std::uint8_t rsv) {
  const std::size_t before = workspace.output.size();
  ws::append_frame(workspace.output, opcode, fin, payload, mask_key(*this), rsv);
  ledger.on_queued(workspace.output.size() - before);
}

void FrameSink::append_message(core::MessageView message) {
  append(ws::opcode_of(message.type), true, base::as_bytes(message.payload));
}

void FrameSink::append_compressible(core::MessageView message) {
  if (const auto deflated = deflate(message)) {
    append(ws::opcode_of(message.type), true, *deflated, ws::kRsv1);
    workspace.deflated.clear();
  } else {
    append_message(message);
  }
}

std::optional<base::ByteView> FrameSink::deflate(core::MessageView message) {
  if (compression == nullptr) return std::nullopt;
  return compression->deflate(base::as_bytes(message.payload), workspace);
}

std::optional<base::ByteView> FrameSink::kept() const noexcept {
  if (compression == nullptr || compression->kept().empty()) return std::nullopt;
  return compression->kept();
}

void FrameSink::append_ping(std::uint32_t sequence) {
  const PingPayload payload = {kPingMark[0],
                               kPingMark[1],
                               static_cast<std::uint8_t>(sequence >> 24),
                               static_cast<std::uint8_t>(sequence >> 16),
                               static_cast<std::uint8_t>(sequence >> 8),
                               static_cast<std::uint8_t>(sequence)};
  append(ws::Opcode::ping, true, payload);
}

void FrameSink::append_close(std::optional<std::uint16_t> code, std::string_view reason) {
  const std::size_t before = workspace.output.size();
  ws::append_close(workspace.output, code, reason, mask_key(*this));
  ledger.on_queued(workspace.output.size() - before);
}

std::optional<std::uint32_t> pong_sequence(base::ByteView payload) noexcept {
  if (payload.size() != PingPayload{}.size()) return std::nullopt;
  if (payload[0] != kPingMark[0] || payload[1] != kPingMark[1]) return std::nullopt;
  std::uint32_t sequence = 0;
  for (const std::uint8_t octet : payload.subspan(kPingMark.size()))
    sequence = sequence << 8 | octet;
  return sequence;
}

}  // namespace heartwire::endpoint
