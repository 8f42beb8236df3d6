#include "heartwire/ws/handshake_server.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/ws/accept_key.hpp"
#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/http_status.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::ws {
namespace {

using Refusal = std::optional<HttpRefusal>;

HttpRefusal refuse(int status, std::string text) {
  return {status, std::move(text), {}, {}};
}

/// The path and query of a target: origin-form, or absolute-form, which every server must accept
/// (RFC 9112 section 3.2.2). Empty: neither.
std::string_view origin_form(std::string_view target) noexcept {
  if (target.starts_with('/')) return target;
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string_view scheme = target.substr(0, colon);
  const bool is_known = equals_ignoring_case(scheme, "http") ||
                        equals_ignoring_case(scheme, "https") ||
                        equals_ignoring_case(scheme, "ws") || equals_ignoring_case(scheme, "wss");
  if (!is_known) return {};
  const std::string_view authority = target.substr(colon + 3);
  const std::size_t slash = authority.find_first_of("/?");
  if (slash == std::string_view::npos) return "/";
  return authority[slash] == '/' ? authority.substr(slash) : std::string_view{};
}

bool is_plain(std::string_view target) noexcept {
  return std::all_of(target.begin(), target.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
}

Refusal fault_of_first_line(const Head& request) {
  if (request.version_minor < 1) return refuse(505, "WebSocket needs HTTP/1.1.");
  if (request.method != "GET") {
    HttpRefusal refusal = refuse(405, "WebSocket opens with GET.");
    refusal.headers.push_back({"Allow", "GET"});
    return refusal;
  }
  if (!is_plain(request.target) || origin_form(request.target).empty())
    return refuse(400, "The request target is not a path.");
  return std::nullopt;
}

/// A body would be read as frames, or frames as a body, by two readers that disagree.
Refusal fault_of_framing(const Head& request) {
  if (request.count("Host") != 1) return refuse(400, "Host is needed exactly once.");
  if (request.count("Transfer-Encoding") != 0) return refuse(400, "A body is not accepted.");
  if (request.count("Content-Length") > 1) return refuse(400, "Content-Length is there twice.");
  if (request.find("Content-Length").value_or("0") != "0")
    return refuse(400, "A body is not accepted.");
  return std::nullopt;
}

HttpRefusal need_upgrade(std::string text) {
  HttpRefusal refusal = refuse(426, std::move(text));
  refusal.headers.push_back({"Sec-WebSocket-Version", "13"});
  return refusal;
}

Refusal fault_of_upgrade(const Head& request) {
  // One list, on one line: which of two another reader would obey is anybody's guess.
  if (request.count("Upgrade") > 1) return refuse(400, "Upgrade is there twice.");
  if (!request.has_token("Upgrade", "websocket") || !request.has_token("Connection", "upgrade"))
    return need_upgrade("This is a WebSocket endpoint: ask with 'Upgrade: websocket'.");
  if (request.count("Sec-WebSocket-Version") > 1)
    return refuse(400, "Sec-WebSocket-Version is there twice.");
  if (request.find("Sec-WebSocket-Version") != "13")
    return need_upgrade("Only Sec-WebSocket-Version 13 is spoken here.");
  if (request.count("Sec-WebSocket-Key") != 1)
    return refuse(400, "Sec-WebSocket-Key is needed exactly once.");
  if (base64_decoded_size(*request.find("Sec-WebSocket-Key")) != 16U)
    return refuse(400, "Sec-WebSocket-Key is not 16 octets in base64.");
  const auto subprotocols = request.list("Sec-WebSocket-Protocol");
  if (!std::all_of(subprotocols.begin(), subprotocols.end(), is_token))
    return refuse(400, "Sec-WebSocket-Protocol holds an invalid name.");
  return std::nullopt;
}

/// The fields that only we may set in a refusal.
std::optional<FieldError> fault_of_refusal(const HttpRefusal& refusal) {
  if (refusal.status < 300 || refusal.status > 599)
    return FieldError{"a refusal cannot have status " + std::to_string(refusal.status)};
  for (const Field& field : refusal.headers) {
    // Which versions we speak is part of a refusal (RFC 6455 section 4.4).
    if (equals_ignoring_case(field.name, "Sec-WebSocket-Version") && field.value == "13") continue;
    if (auto fault = fault_of_fields({&field, 1})) return fault;
  }
  return std::nullopt;
}

}  // namespace

base::Result<UpgradeRequest, HttpRefusal> check_request(const Head& request) {
  for (const auto check : {fault_of_first_line, fault_of_framing, fault_of_upgrade})
    if (Refusal refusal = check(request)) return base::Failure{std::move(*refusal)};

  UpgradeRequest upgrade;
  const std::string_view target = origin_form(request.target);
  const std::size_t mark = target.find('?');
  upgrade.path = target.substr(0, mark);
  if (mark != std::string_view::npos) upgrade.query = target.substr(mark + 1);
  upgrade.host = *request.find("Host");
  if (const auto origin = request.find("Origin")) upgrade.origin = *origin;
  for (const std::string_view name : request.list("Sec-WebSocket-Protocol"))
    upgrade.subprotocols.emplace_back(name);
  auto extensions = extensions_of(request);
  // Whoever receives a malformed value must fail the connection (RFC 6455 section 9.1).
  if (!extensions) return base::Failure{refuse(400, "Sec-WebSocket-Extensions is malformed.")};
  upgrade.extensions = std::move(*extensions);
  upgrade.key = *request.find("Sec-WebSocket-Key");
  upgrade.headers = request.fields;
  return upgrade;
}

std::string_view choose_subprotocol(const UpgradeRequest& request,
                                    std::span<const std::string> supported) noexcept {
  for (const std::string& name : request.subprotocols)
    if (std::find(supported.begin(), supported.end(), name) != supported.end()) return name;
  return {};
}

base::Result<std::string, FieldError> make_accept(const UpgradeRequest& request,
                                                  std::string_view subprotocol,
                                                  std::span<const Field> headers,
                                                  std::string_view extensions) {
  const auto& offered = request.subprotocols;
  if (!subprotocol.empty() &&
      std::find(offered.begin(), offered.end(), subprotocol) == offered.end())
    return base::Failure{FieldError{"subprotocol \"" + base::escape_for_log(subprotocol) +
                                    "\" was not offered by the client"}};
  if (auto fault = fault_of_fields(headers)) return base::Failure{std::move(*fault)};
  std::string out = "HTTP/1.1 101 Switching Protocols\r\n";
  append_field(out, "Upgrade", "websocket");
  append_field(out, "Connection", "Upgrade");
  append_field(out, "Sec-WebSocket-Accept", accept_key(request.key));
  if (!subprotocol.empty()) append_field(out, "Sec-WebSocket-Protocol", subprotocol);
  if (!extensions.empty()) append_field(out, "Sec-WebSocket-Extensions", extensions);
  for (const Field& field : headers) append_field(out, field.name, field.value);
  return out += "\r\n";
}

base::Result<std::string, FieldError> make_refusal(const HttpRefusal& refusal) {
  if (auto fault = fault_of_refusal(refusal)) return base::Failure{std::move(*fault)};
  const std::string body = refusal.text.empty() ? std::string{} : refusal.text + '\n';
  std::string out = "HTTP/1.1 " + std::to_string(refusal.status) + ' ';
  out.append(http_status_name(refusal.status)).append("\r\n");
  // 426 must name what to upgrade to, and Connection must name Upgrade (RFC 9110 section 7.8).
  if (refusal.status == 426) append_field(out, "Upgrade", "websocket");
  append_field(out, "Connection", refusal.status == 426 ? "Upgrade, close" : "close");
  append_field(out, "Content-Type", "text/plain; charset=utf-8");
  append_field(out, "Content-Length", std::to_string(body.size()));
  if (refusal.retry_after)
    append_field(
        out, "Retry-After",
        std::to_string(std::max<std::chrono::seconds::rep>(0, refusal.retry_after->count())));
  for (const Field& field : refusal.headers) append_field(out, field.name, field.value);
  return (out += "\r\n") += body;
}

}  // namespace heartwire::ws
