#include "heartwire/ws/message_writer.hpp"

namespace heartwire::ws {

void append_message(base::Bytes& out, MessageType type, base::ByteView payload,
                    std::optional<MaskKey> mask_key) {
  append_frame(out, opcode_of(type), true, payload, mask_key);
}

base::Bytes encode_message(MessageType type, base::ByteView payload) {
  base::Bytes out;
  out.reserve(kHeaderBytesMax + payload.size());
  append_message(out, type, payload, std::nullopt);
  return out;
}

void append_ping(base::Bytes& out, base::ByteView payload, std::optional<MaskKey> mask_key) {
  append_frame(out, Opcode::ping, true, payload, mask_key);
}

void append_pong(base::Bytes& out, base::ByteView payload, std::optional<MaskKey> mask_key) {
  append_frame(out, Opcode::pong, true, payload, mask_key);
}

}  // namespace heartwire::ws
