// MQTT: PINGREQ from the client, PINGRESP from the server. A server drops a client from which
// nothing came for one and a half of the Keep Alive that its CONNECT names; 0 turns that off.
// Source: MQTT 3.1.1 and 5.0, sections 3.1.2.10, 3.12, 3.13.

#include "heartwire/base/bytes.hpp"
#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_modes.hpp"

#include <chrono>

namespace heartwire::core::dialect {
namespace {

constexpr std::string_view kPingRequest{"\xC0\x00", 2};
constexpr std::string_view kPingResponse{"\xD0\x00", 2};

// The Keep Alive of a CONNECT packet; nothing if `bytes` begins otherwise.
std::optional<std::chrono::seconds> read_keep_alive(base::ByteView bytes) noexcept {
  constexpr std::uint8_t kConnect = 0x10;
  constexpr std::size_t kLengthBytesMax = 4;
  constexpr std::size_t kLevelAndFlags = 2;
  if (bytes.empty() || bytes[0] != kConnect) return std::nullopt;

  std::size_t at = 1;  // the remaining length: bytes with the high bit set, and one without
  while (at < bytes.size() && at < kLengthBytesMax && (bytes[at] & 0x80U) != 0) ++at;
  ++at;
  if (bytes.size() < at + 2) return std::nullopt;

  const std::size_t name_size = static_cast<std::size_t>(bytes[at] << 8U) | bytes[at + 1];
  at += 2;
  if (bytes.size() - at < name_size + kLevelAndFlags + 2) return std::nullopt;
  const std::string_view name = base::as_text(bytes.subspan(at, name_size));
  if (name != "MQTT" && name != "MQIsdp") return std::nullopt;
  at += name_size + kLevelAndFlags;
  return std::chrono::seconds{(bytes[at] << 8U) | bytes[at + 1]};
}

class Mqtt final : public Dialect {
 public:
  std::string_view name() const noexcept override { return "mqtt"; }

  ProbeForm write_probe(Role role, std::uint32_t, std::string& payload) const override {
    payload.clear();
    if (role == Role::server) return ProbeForm::none;
    payload = kPingRequest;
    return ProbeForm::binary;
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    if (message.type != MessageType::binary) return {};
    if (role == Role::client) {
      const bool is_answer = message.payload == kPingResponse;
      return {.meaning = is_answer ? Meaning::answer : Meaning::application};
    }
    if (message.payload == kPingRequest) {
      reply = kPingResponse;
      return {.meaning = Meaning::probe, .reply_type = MessageType::binary};
    }
    if (const auto keep_alive = read_keep_alive(base::as_bytes(message.payload))) {
      return {.meaning = Meaning::notice, .rhythm = rhythm_of(*keep_alive)};
    }
    return {};
  }

  bool has_answers(Role role) const noexcept override { return role == Role::client; }

  bool has_user_code() const noexcept override { return false; }

  void adapt(Role role, HeartbeatOptions& options) const noexcept override {
    if (role == Role::client) {
      set_modes(options, Sending::on_silence, Evidence::round_trip);
    } else {
      set_modes(options, Sending::watchdog, Evidence::any_traffic);
    }
  }

 private:
  static Rhythm rhythm_of(std::chrono::seconds keep_alive) noexcept {
    const base::Duration silence =
        keep_alive.count() == 0 ? kNever : base::Duration{keep_alive} * 3 / 2;
    return {silence, HeartbeatOptions{}.timeout, silence};
  }
};

}  // namespace

DialectPtr mqtt() {
  return std::make_shared<Mqtt>();
}

}  // namespace heartwire::core::dialect
