// Dialects by the names that people write in options and on the command line.

#include "heartwire/core/dialect.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace heartwire::core::dialect {
namespace {

using Named = base::Result<DialectPtr, std::string>;

base::Failure<std::string> wrong(std::string_view name, std::string_view why) {
  std::string text = "dialect \"";
  text.append(name).append("\": ").append(why);
  return base::Failure{std::move(text)};
}

struct Pair {
  std::string first;
  std::string second;
};

Pair split(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

Named make_text(std::string_view name, std::string_view arguments) {
  auto [probe, answer] = split(arguments, '/');
  if (probe.empty()) return wrong(name, "no probe; write text:PROBE or text:PROBE/ANSWER");
  return text(std::move(probe), std::move(answer));
}

Named make_json(std::string_view name, std::string_view arguments) {
  auto [field, values] = split(arguments, '=');
  auto [probe, answer] = split(values, '/');
  if (field.empty() || probe.empty()) {
    return wrong(name, "no field or no probe; write json:FIELD=PROBE or json:FIELD=PROBE/ANSWER");
  }
  return json({.field = std::move(field),
               .probe_value = std::move(probe),
               .answer_value = std::move(answer)});
}

std::optional<std::chrono::milliseconds> read_milliseconds(std::string_view text) noexcept {
  std::uint32_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, count);
  if (text.empty() || stopped_at != end || error != std::errc{}) return std::nullopt;
  return std::chrono::milliseconds{count};
}

Named make_stomp(std::string_view name, std::string_view arguments) {
  const auto [send_text, receive_text] = split(arguments, ',');
  const auto send = read_milliseconds(send_text);
  const auto receive = read_milliseconds(receive_text);
  if (!send || !receive) {
    return wrong(name, "write stomp:SEND,RECEIVE, both in milliseconds, 0 for none");
  }
  return stomp({.send = *send, .receive = *receive});
}

struct Builtin {
  std::string_view name;
  DialectPtr (*make)();
};

constexpr std::array kBuiltins{
    Builtin{"ping", [] { return protocol(); }},
    Builtin{"text", [] { return text("ping", "pong"); }},
    Builtin{"json", [] { return json({}); }},
    Builtin{"engine.io", [] { return engine_io(); }},
    Builtin{"sockjs", [] { return sockjs(); }},
    Builtin{"stomp", [] { return stomp(); }},
    Builtin{"mqtt", [] { return mqtt(); }},
    Builtin{"phoenix", [] { return phoenix(); }},
    Builtin{"graphql-transport-ws", [] { return graphql_transport_ws(); }},
};

DialectPtr make_builtin(std::string_view name) {
  for (const Builtin& builtin : kBuiltins) {
    if (builtin.name == name) return builtin.make();
  }
  return nullptr;
}

}  // namespace

Named by_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view kind = name.substr(0, colon);
    const std::string_view arguments = name.substr(colon + 1);
    if (kind == "text") return make_text(name, arguments);
    if (kind == "json") return make_json(name, arguments);
    if (kind == "stomp") return make_stomp(name, arguments);
    if (make_builtin(kind)) return wrong(name, "takes nothing after its name");
  } else if (DialectPtr found = make_builtin(name)) {
    return found;
  }
  std::string known = "unknown; known are";
  for (const Builtin& builtin : kBuiltins) {
    known.append(builtin.name == kBuiltins.front().name ? " " : ", ").append(builtin.name);
  }
  return wrong(name, known);
}

std::string_view name_by_subprotocol(std::string_view subprotocol) noexcept {
  if (subprotocol == "mqtt" || subprotocol == "mqttv3.1") return "mqtt";
  if (subprotocol == "v10.stomp" || subprotocol == "v11.stomp" || subprotocol == "v12.stomp") {
    return "stomp";
  }
  if (subprotocol == "graphql-transport-ws") return subprotocol;
  return {};
}

DialectPtr by_subprotocol(std::string_view subprotocol) {
  return make_builtin(name_by_subprotocol(subprotocol));
}

}  // namespace heartwire::core::dialect
