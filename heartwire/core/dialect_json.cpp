#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_exchange.hpp"
#include "heartwire/core/json_field.hpp"
#include "heartwire/core/text_search.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace heartwire::core::dialect {
namespace {

bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What every message that holds `value` must contain, however its writer escapes: the longest run
// of letters and digits. Other characters are not put down as they are by all ("\/", "\u00e9").
std::string needle_for(std::string_view value) {
  std::string_view best;
  for (auto begin = value.begin(); begin != value.end();) {
    const auto end = std::find_if_not(begin, value.end(), is_alphanumeric);
    const auto length = static_cast<std::size_t>(end - begin);
    if (length > best.size()) best = {&*begin, length};
    begin = end == value.end() ? end : end + 1;
  }
  return std::string(best);
}

// What `json` sends and by which value it is known.
struct Sample {
  std::string value;
  std::string json;
  std::string needle;
};

Sample make_sample(const std::string& field, std::string value, std::string json) {
  if (!json.empty()) {
    std::array fields{JsonField(field)};
    if (read_json(json, fields) && !fields[0].text().empty()) value = fields[0].text();
  } else if (!value.empty()) {
    json += '{';
    append_json_string(json, field);
    json += ':';
    append_json_string(json, value);
    json += '}';
  }
  std::string needle = needle_for(value);
  return {std::move(value), std::move(json), std::move(needle)};
}

class Json final : public Dialect {
 public:
  Json(std::string_view name, JsonOptions options)
      : name_(name),
        field_(std::move(options.field)),
        probe_(make_sample(field_, std::move(options.probe_value), std::move(options.probe_json))),
        answer_(
            make_sample(field_, std::move(options.answer_value), std::move(options.answer_json))),
        exchange_(probe_.json, answer_.json,
                  !probe_.value.empty() && probe_.value == answer_.value) {}

  std::string_view name() const noexcept override { return name_; }

  ProbeForm write_probe(Role role, std::uint32_t, std::string& payload) const override {
    return exchange_.write_probe(role, payload);
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    if (message.type != MessageType::text || !may_hold_value(message.payload)) return {};
    std::array fields{JsonField(field_)};
    if (!read_json(message.payload, fields) || fields[0].text().empty()) return {};
    return exchange_.reading(role, fields[0].equals(probe_.value), fields[0].equals(answer_.value),
                             reply);
  }

  bool has_answers(Role role) const noexcept override { return exchange_.has_answers(role); }

  bool has_user_code() const noexcept override { return false; }

 private:
  // Cheap, and right about nearly every message of the application: only what passes is parsed.
  bool may_hold_value(std::string_view payload) const noexcept {
    if (payload.size() > kHeartbeatMessageMax) return false;
    const std::size_t start = payload.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || payload[start] != '{') return false;
    return (!probe_.value.empty() && contains(payload, probe_.needle)) ||
           (!answer_.value.empty() && contains(payload, answer_.needle));
  }

  std::string_view name_;
  std::string field_;
  Sample probe_;
  Sample answer_;
  Exchange exchange_;
};

}  // namespace

DialectPtr json(JsonOptions options) {
  return std::make_shared<Json>("json", std::move(options));
}

DialectPtr graphql_transport_ws() {
  return std::make_shared<Json>("graphql-transport-ws", JsonOptions{});
}

}  // namespace heartwire::core::dialect
