#pragma once
// The frame header on the wire (RFC 6455 section 5.2). What one header may say by itself is checked
// here; what a sequence of frames may say is the message reader's.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/mask.hpp"
#include "heartwire/ws/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace heartwire::ws {

/// The longest header: two octets, eight of length, four of masking key.
inline constexpr std::size_t kHeaderBytesMax = 14;
/// The longest payload of a control frame (RFC 6455 section 5.5).
inline constexpr std::size_t kControlBytesMax = 125;

/// The reserved bits as they stand in FrameHeader::rsv. RSV1 marks a compressed message (RFC 7692).
inline constexpr std::uint8_t kRsv1 = 0b100;
inline constexpr std::uint8_t kRsv2 = 0b010;
inline constexpr std::uint8_t kRsv3 = 0b001;

using base::Role;

struct FrameHeader {
  Opcode opcode = Opcode::continuation;
  bool fin = true;
  std::uint8_t rsv = 0;
  std::optional<MaskKey> mask_key{};  ///< Present: the payload is masked with it.
  std::uint64_t payload_length = 0;

  bool operator==(const FrameHeader&) const = default;
};

/// What a header must satisfy beside the RFC's general rules.
struct HeaderRules {
  Role reader = Role::server;  ///< A server's peer must mask, a client's must not.
  std::uint8_t rsv_allowed =
      0;  ///< Negotiated by an extension; only on the first frame of a message.
};

struct ParsedHeader {
  FrameHeader header;
  std::size_t size = 0;  ///< Octets of the header itself.

  bool operator==(const ParsedHeader&) const = default;
};

/// Reads a header from the front of `bytes`. Nothing: more octets are needed. A fault is reported
/// from the first octet that shows it, before the header is whole.
base::Result<std::optional<ParsedHeader>, ProtocolError> parse_header(base::ByteView bytes,
                                                                      HeaderRules rules) noexcept;

/// Writes `header` in its shortest form and returns its size. The length must be below 2^63.
std::size_t encode_header(const FrameHeader& header,
                          std::span<std::uint8_t, kHeaderBytesMax> out) noexcept;

/// Appends one frame. With a key (clients) the appended payload is masked; `payload` is untouched,
/// and must not lie in `out`. A control frame must have fin and at most kControlBytesMax.
void append_frame(base::Bytes& out, Opcode opcode, bool fin, base::ByteView payload,
                  std::optional<MaskKey> mask_key, std::uint8_t rsv = 0);

}  // namespace heartwire::ws
