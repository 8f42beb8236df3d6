#pragma once
// Whole messages and control frames to bytes, for both roles. A client passes a masking key for
// each frame; a server passes none.
//
// The caller answers for text being UTF-8 (is_utf8): checking it here would check a fan-out again
// for each receiver.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/check.hpp"
#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/mask.hpp"
#include "heartwire/ws/opcode.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace heartwire::ws {

/// Appends `payload` as one frame.
void append_message(base::Bytes& out, MessageType type, base::ByteView payload,
                    std::optional<MaskKey> mask_key);

/// A server's frame of `payload`, to be written to any number of clients.
base::Bytes encode_message(MessageType type, base::ByteView payload);

/// Append a Ping or a Pong; the payload is at most kControlBytesMax.
void append_ping(base::Bytes& out, base::ByteView payload, std::optional<MaskKey> mask_key);
void append_pong(base::Bytes& out, base::ByteView payload, std::optional<MaskKey> mask_key);

/// Appends `payload` in fragments of at most `fragment_bytes` (at least 1), asking
/// `next_mask_key() -> std::optional<MaskKey>` once for each: no two frames may share a key.
template <typename NextMaskKey>
void append_fragmented(base::Bytes& out, MessageType type, base::ByteView payload,
                       std::size_t fragment_bytes, NextMaskKey&& next_mask_key) {
  HW_CHECK(fragment_bytes > 0);
  Opcode opcode = opcode_of(type);
  do {
    const base::ByteView part = payload.first(std::min(fragment_bytes, payload.size()));
    payload = payload.subspan(part.size());
    append_frame(out, opcode, payload.empty(), part, next_mask_key());
    opcode = Opcode::continuation;
  } while (!payload.empty());
}

}  // namespace heartwire::ws
