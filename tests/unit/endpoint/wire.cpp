#include "tests/unit/endpoint/wire.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/ws/accept_key.hpp"
#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/mask.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <utility>

namespace heartwire::endpoint::test {
namespace {

constexpr std::string_view kZeroKey = "AAAAAAAAAAAAAAAAAAAAAA==";
constexpr ws::MaskKey kMaskKey = 0x3A7F01C2;

}  // namespace

std::ostream& operator<<(std::ostream& out, const Frame& frame) {
  out << ws::name(frame.opcode) << (frame.fin ? " " : " (more) ");
  if (frame.rsv != 0) out << "rsv " << int{frame.rsv} << ' ';
  if (frame.payload.size() > 60) return out << frame.payload.size() << " bytes";
  return out << '"' << base::escape_for_log(frame.payload) << '"';
}

base::Bytes encode(base::Role sender, const Frame& frame) {
  base::Bytes bytes;
  const auto key = sender == base::Role::client ? std::optional{kMaskKey} : std::nullopt;
  ws::append_frame(bytes, frame.opcode, frame.fin, base::as_bytes(frame.payload), key, frame.rsv);
  return bytes;
}

base::Bytes encode(base::Role sender, const std::vector<Frame>& frames) {
  std::vector<base::Bytes> pieces;
  for (const Frame& frame : frames) pieces.push_back(encode(sender, frame));
  return joined(pieces);
}

std::vector<Frame> take_frames(base::Role sender, base::Bytes& bytes) {
  const auto reader = sender == base::Role::client ? base::Role::server : base::Role::client;
  std::vector<Frame> frames;
  base::MutableByteView rest{bytes};
  for (;;) {
    const auto parsed = ws::parse_header(rest, {.reader = reader, .rsv_allowed = ws::kRsv1});
    EXPECT_TRUE(parsed.is_ok()) << "malformed frame";
    if (!parsed || !*parsed) break;
    const auto& [header, size] = **parsed;
    if (rest.size() < size + header.payload_length) break;
    const auto payload = rest.subspan(size, static_cast<std::size_t>(header.payload_length));
    if (header.mask_key) ws::apply_mask(payload, *header.mask_key);
    frames.push_back({header.opcode, std::string{base::as_text(payload)}, header.fin, header.rsv});
    rest = rest.subspan(size + payload.size());
  }
  bytes.erase(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(rest.size()));
  return frames;
}

Frame text(std::string payload) {
  return {ws::Opcode::text, std::move(payload)};
}
Frame binary(std::string payload) {
  return {ws::Opcode::binary, std::move(payload)};
}
Frame compressed(Frame frame) {
  frame.rsv = ws::kRsv1;
  return frame;
}
Frame ping(std::string payload) {
  return {ws::Opcode::ping, std::move(payload)};
}
Frame pong(std::string payload) {
  return {ws::Opcode::pong, std::move(payload)};
}

Frame close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != 0) {
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xFF);
    payload += reason;
  }
  return {ws::Opcode::close, std::move(payload)};
}

std::string noise(std::size_t size, std::uint64_t seed) {
  base::Rng rng(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(rng.below(256));
  return text;
}

base::Bytes to_bytes(std::string_view text) {
  const base::ByteView view = base::as_bytes(text);
  return {view.begin(), view.end()};
}

base::Bytes joined(const std::vector<base::Bytes>& pieces) {
  base::Bytes all;
  for (const base::Bytes& piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

std::string accepting_head(std::string_view more_fields) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         ws::accept_key(kZeroKey) + "\r\n" + std::string{more_fields} + "\r\n";
}

std::string request_head(std::string_view more_fields) {
  return "GET /chat?room=1 HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Key: " +
         std::string{kZeroKey} + "\r\nSec-WebSocket-Version: 13\r\n" + std::string{more_fields} +
         "\r\n";
}

}  // namespace heartwire::endpoint::test
