// Phoenix channels. Serializer 2.0.0 writes a message as [join_ref, ref, topic, event, payload],
// 1.0.0 as an object with those names. The client's heartbeat has the topic "phoenix" and the event
// "heartbeat"; the server's reply has the same topic and ref, and the event "phx_reply".
// Source: phoenixframework/phoenix, Phoenix.Socket.V1 and V2 JSONSerializer, assets/js socket.

#include "heartwire/core/dialect.hpp"
#include "heartwire/core/json_field.hpp"
#include "heartwire/core/text_search.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace heartwire::core::dialect {
namespace {

// What a reply repeats of `field`: a string, a number or null.
void append_field(std::string& out, const JsonField& field) {
  if (field.kind() == JsonKind::string) {
    append_json_string(out, field.text());
  } else if (field.kind() == JsonKind::number) {
    out += field.text();
  } else {
    out += "null";
  }
}

std::optional<std::uint32_t> as_sequence(const JsonField& ref) noexcept {
  const std::string_view text = ref.text();
  const char* const end = text.data() + text.size();
  std::uint32_t sequence = 0;
  const auto [stopped_at, error] = std::from_chars(text.data(), end, sequence);
  if (text.empty() || stopped_at != end || error != std::errc{}) return std::nullopt;
  return sequence;
}

class Phoenix final : public Dialect {
 public:
  std::string_view name() const noexcept override { return "phoenix"; }

  ProbeForm write_probe(Role role, std::uint32_t sequence, std::string& payload) const override {
    payload.clear();
    if (role == Role::server) return ProbeForm::protocol_ping;
    std::array<char, std::numeric_limits<std::uint32_t>::digits10 + 1> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), sequence).ptr;
    payload += "[null,\"";
    payload.append(digits.data(), end);
    payload += "\",\"phoenix\",\"heartbeat\",{}]";
    return ProbeForm::text;
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    if (message.type != MessageType::text || !may_be_heartbeat(message.payload)) return {};
    std::array fields{JsonField("join_ref", 0), JsonField("ref", 1), JsonField("topic", 2),
                      JsonField("event", 3)};
    const auto& [join_ref, ref, topic, event] = fields;
    if (!read_json(message.payload, fields) || topic.kind() != JsonKind::string ||
        topic.text() != "phoenix" || event.kind() != JsonKind::string) {
      return {};
    }
    if (role == Role::client && event.text() == "phx_reply") {
      return {.meaning = Meaning::answer, .sequence = as_sequence(ref)};
    }
    if (role == Role::server && event.text() == "heartbeat") {
      write_reply(is_array(message.payload), join_ref, ref, reply);
      return {.meaning = Meaning::probe, .reply_type = MessageType::text};
    }
    return {};
  }

  bool has_answers(Role) const noexcept override { return true; }

  bool has_user_code() const noexcept override { return false; }

 private:
  static bool is_array(std::string_view payload) noexcept {
    return payload[payload.find_first_not_of(" \t\r\n")] == '[';
  }

  static bool may_be_heartbeat(std::string_view payload) noexcept {
    if (payload.size() > kHeartbeatMessageMax) return false;
    const std::size_t start = payload.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return false;
    if (payload[start] != '[' && payload[start] != '{') return false;
    return contains(payload, "phoenix");
  }

  static void write_reply(bool is_v2, const JsonField& join_ref, const JsonField& ref,
                          std::string& reply) {
    if (is_v2) {
      reply += '[';
      append_field(reply, join_ref);
      reply += ',';
      append_field(reply, ref);
      reply += R"(,"phoenix","phx_reply",{"status":"ok","response":{}}])";
    } else {
      reply += R"({"topic":"phoenix","event":"phx_reply","ref":)";
      append_field(reply, ref);
      reply += R"(,"payload":{"status":"ok","response":{}}})";
    }
  }
};

}  // namespace

DialectPtr phoenix() {
  return std::make_shared<Phoenix>();
}

}  // namespace heartwire::core::dialect
