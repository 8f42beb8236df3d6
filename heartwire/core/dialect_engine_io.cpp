// Engine.IO 4: packets are a digit and a body; "0" open, "2" ping, "3" pong, "4" message. The
// server asks, since the timers of a browser's page in the background cannot be trusted. Its
// clients count pings alone, not traffic, so the server asks every interval whatever else it sends.
// Source: socketio/engine.io-protocol, version 4.

#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_modes.hpp"
#include "heartwire/core/json_field.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace heartwire::core::dialect {
namespace {

// A number of milliseconds that can be a period: at least one, at most kNever.
std::optional<base::Duration> as_period(const JsonField& field) noexcept {
  const auto count = field.as_unsigned();
  if (!count || *count == 0) return std::nullopt;
  constexpr auto kMost = std::chrono::duration_cast<std::chrono::milliseconds>(kNever).count();
  const auto most = static_cast<std::uint64_t>(kMost);
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(*count, most))};
}

std::optional<Rhythm> read_open_packet(std::string_view json) noexcept {
  std::array fields{JsonField("pingInterval"), JsonField("pingTimeout")};
  if (!read_json(json, fields)) return std::nullopt;
  const auto interval = as_period(fields[0]);
  const auto timeout = as_period(fields[1]);
  if (!interval || !timeout) return std::nullopt;
  return Rhythm{*interval, *timeout, std::min(*interval + *timeout, kNever)};
}

class EngineIo final : public Dialect {
 public:
  std::string_view name() const noexcept override { return "engine.io"; }

  ProbeForm write_probe(Role role, std::uint32_t, std::string& payload) const override {
    payload.clear();
    if (role == Role::client) return ProbeForm::none;
    payload += '2';
    return ProbeForm::text;
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    const std::string_view packet = message.payload;
    if (message.type != MessageType::text || packet.empty()) return {};
    if (packet == "2" || packet == "2probe") {
      reply = packet;
      reply[0] = '3';
      return {.meaning = Meaning::probe, .reply_type = MessageType::text};
    }
    // A client asks nothing, so nothing it receives is an answer; but a pong is not for the
    // application either. "3probe" is: whoever asked for the upgrade goes on with it.
    if (packet == "3") return {.meaning = role == Role::server ? Meaning::answer : Meaning::beat};
    if (role == Role::client && packet[0] == '0' && packet.size() <= kHeartbeatMessageMax) {
      if (const auto rhythm = read_open_packet(packet.substr(1))) {
        return {.meaning = Meaning::notice, .rhythm = rhythm};
      }
    }
    return {};
  }

  bool has_answers(Role role) const noexcept override { return role == Role::server; }

  bool has_user_code() const noexcept override { return false; }

  void adapt(Role role, HeartbeatOptions& options) const noexcept override {
    const bool is_server = role == Role::server;
    set_modes(options, is_server ? Sending::periodic : Sending::watchdog, Evidence::any_traffic);
  }
};

}  // namespace

DialectPtr engine_io() {
  return std::make_shared<EngineIo>();
}

}  // namespace heartwire::core::dialect
