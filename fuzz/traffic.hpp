#pragma once
// What a peer may send to an endpoint, and what an endpoint's own frames must look like.

#include "fuzz/input.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/ws/deflate.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/utf8.hpp"
#include "tests/unit/endpoint/wire.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace heartwire::fuzz {

/// The rigs of the unit tests report a malformed frame of ours to GoogleTest, which only prints it
/// outside of a test; its flag to stop there is set anew after our statics are.
inline void check_rigs() {
  HW_CHECK(!testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed());
}

/// Messages that are heartbeats in some dialect.
constexpr const char* kHeartbeats[] = {"ping",
                                       "pong",
                                       "2",
                                       "3",
                                       "\n",
                                       "h",
                                       "{\"type\":\"ping\"}",
                                       "{\"type\":\"pong\"}",
                                       "[null,\"7\",\"phoenix\",\"heartbeat\",{}]",
                                       "0{\"sid\":\"x\",\"pingInterval\":300,\"pingTimeout\":200}",
                                       "CONNECT\nheart-beat:100,100\n\n",
                                       "CONNECTED\nheart-beat:100,100\n\n"};

/// The next thing that a peer sends: a frame with any first octet, a heartbeat, a compressed
/// message, or any octets.
inline base::Bytes take_traffic(Input& input, base::Role sender) {
  const auto key =
      sender == base::Role::client ? std::optional<ws::MaskKey>{0x01020304} : std::nullopt;
  base::Bytes bytes;
  const std::uint8_t kind = input.octet() % 5;
  if (kind == 0) return copy(input.piece());
  if (kind == 1) {
    const std::string_view text = input.one_of(kHeartbeats);
    ws::append_frame(bytes, ws::Opcode::text, true, base::as_bytes(text), key);
    return bytes;
  }
  if (kind == 4) {
    ws::Deflater deflater;
    base::Bytes payload;
    base::Bytes message = copy(input.piece());
    message.resize(message.size() + input.octet(), 'x');
    HW_CHECK(deflater.deflate({.window_bits = 9}, message, SIZE_MAX, payload));
    ws::append_frame(bytes, ws::Opcode::text, true, payload, key, ws::kRsv1);
    return bytes;
  }
  const std::uint8_t first = input.octet();
  // Longer than a control frame may be, now and then.
  base::Bytes payload = copy(input.piece());
  if (kind == 3) payload.resize(payload.size() + input.octet(), 'x');
  ws::append_frame(bytes, ws::Opcode::binary, true, payload, key);
  bytes[0] = first;
  return bytes;
}

/// All frames that one endpoint writes on one transport, in order.
class OwnFrames {
 public:
  void add(const endpoint::test::Frame& frame) {
    HW_CHECK(!is_closed_);
    if (ws::is_control(frame.opcode)) {
      HW_CHECK(frame.fin && frame.payload.size() <= ws::kControlBytesMax && frame.rsv == 0);
      is_closed_ = frame.opcode == ws::Opcode::close;
      return;
    }
    HW_CHECK((frame.opcode == ws::Opcode::continuation) == is_mid_message_);
    if (!is_mid_message_) {
      message_.clear();
      is_text_ = frame.opcode == ws::Opcode::text;
      is_compressed_ = frame.rsv != 0;
    }
    message_ += frame.payload;
    is_mid_message_ = !frame.fin;
    if (frame.fin) check_message();
  }

 private:
  void check_message() {
    base::Bytes inflated;
    if (is_compressed_) {
      HW_CHECK(inflater_.inflate(15, base::as_bytes(message_), 100'000, inflated).is_ok());
      message_ = base::as_text(inflated);
    }
    if (is_text_) HW_CHECK(ws::is_utf8(message_));
  }

  bool is_closed_ = false;
  bool is_mid_message_ = false;
  bool is_text_ = false;
  bool is_compressed_ = false;
  std::string message_;
  ws::Inflater inflater_;
};

}  // namespace heartwire::fuzz
