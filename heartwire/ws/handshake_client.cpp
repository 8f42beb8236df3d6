#include "heartwire/ws/handshake_client.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/ws/accept_key.hpp"
#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace heartwire::ws {
namespace {

std::optional<FieldError> fault_of_subprotocols(std::span<const std::string> subprotocols) {
  for (auto it = subprotocols.begin(); it != subprotocols.end(); ++it) {
    const std::string named = "subprotocol \"" + base::escape_for_log(*it) + '"';
    if (!is_token(*it)) return FieldError{named + " is no valid name"};
    if (std::find(subprotocols.begin(), it, *it) != it)
      return FieldError{named + " is offered twice"};
  }
  return std::nullopt;
}

std::optional<FieldError> fault_of_options(const HandshakeRequestOptions& options) {
  if (auto fault = fault_of_subprotocols(options.subprotocols)) return fault;
  if (auto fault = fault_of_fields(options.headers)) return fault;
  if (!options.origin) return std::nullopt;
  const Field origin{"Origin", *options.origin};
  return fault_of_fields({&origin, 1});
}

bool has_field(std::span<const Field> fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Field& field) { return equals_ignoring_case(field.name, name); });
}

std::string joined(std::span<const std::string> elements) {
  std::string out;
  for (const std::string& element : elements) (out += out.empty() ? "" : ", ") += element;
  return out;
}

HandshakeRefusal refuse(const Head& response, HandshakeFault fault, std::string text) {
  return {fault, response.status, retry_after(response),
          std::string{response.find("Location").value_or("")}, std::move(text)};
}

std::string status_text(const Head& response) {
  std::string text = "the server answered HTTP " + std::to_string(response.status);
  if (!response.reason.empty()) text += ' ' + base::escape_for_log(response.reason, 60);
  return text;
}

/// What keeps a 101 answer from opening a WebSocket.
std::optional<HandshakeRefusal> fault_of_upgrade(const Head& response, const HandshakeKey& key) {
  if (response.version_minor < 1)
    return refuse(response, HandshakeFault::not_http_1_1, "the server answered in HTTP/1.0");
  if (!response.has_token("Upgrade", "websocket"))
    return refuse(response, HandshakeFault::upgrade_missing,
                  "the answer lacks 'Upgrade: websocket'");
  if (!response.has_token("Connection", "upgrade"))
    return refuse(response, HandshakeFault::connection_missing,
                  "the answer lacks 'Connection: Upgrade'");
  if (response.count("Sec-WebSocket-Accept") != 1 ||
      response.find("Sec-WebSocket-Accept") != accept_key(base64_encode(key)))
    return refuse(response, HandshakeFault::accept_wrong,
                  "the answer's Sec-WebSocket-Accept does not fit our key");
  return std::nullopt;
}

/// The text is what is wrong.
base::Result<std::optional<DeflateParams>, std::string> agreed_deflate(
    const Head& response, const std::optional<DeflateOptions>& offered) {
  const auto extensions = extensions_of(response);
  if (!extensions) return base::Failure{std::string{"the answer's extensions are malformed"}};
  return check_deflate_answer(offered, *extensions);
}

}  // namespace

base::Result<std::string, FieldError> make_request(const Url& url,
                                                   const HandshakeRequestOptions& options,
                                                   const HandshakeKey& key) {
  if (auto fault = fault_of_options(options)) return base::Failure{std::move(*fault)};
  std::string out = "GET " + url.target + " HTTP/1.1\r\n";
  append_field(out, "Host", host_header(url));
  append_field(out, "Upgrade", "websocket");
  append_field(out, "Connection", "Upgrade");
  append_field(out, "Sec-WebSocket-Key", base64_encode(key));
  append_field(out, "Sec-WebSocket-Version", "13");
  if (!options.subprotocols.empty())
    append_field(out, "Sec-WebSocket-Protocol", joined(options.subprotocols));
  if (options.deflate)
    append_field(out, "Sec-WebSocket-Extensions", make_deflate_offer(*options.deflate));
  if (options.origin) append_field(out, "Origin", *options.origin);
  if (url.user_info && !has_field(options.headers, "Authorization")) {
    const std::string pair = url.user_info->user + ':' + url.user_info->password;
    append_field(out, "Authorization", "Basic " + base64_encode(base::as_bytes(pair)));
  }
  for (const Field& field : options.headers) append_field(out, field.name, field.value);
  return out += "\r\n";
}

base::Result<Accepted, HandshakeRefusal> check_response(
    const Head& response, const HandshakeKey& key, std::span<const std::string> offered,
    const std::optional<DeflateOptions>& deflate) {
  if (response.status != 101)
    return base::Failure{refuse(response, HandshakeFault::http_status, status_text(response))};
  if (auto refusal = fault_of_upgrade(response, key)) return base::Failure{std::move(*refusal)};
  const auto agreed = agreed_deflate(response, deflate);
  if (!agreed)
    return base::Failure{refuse(response, HandshakeFault::extension_wrong, agreed.error())};

  const std::string chosen{response.find("Sec-WebSocket-Protocol").value_or("")};
  const std::size_t count = response.count("Sec-WebSocket-Protocol");
  const bool was_offered = std::find(offered.begin(), offered.end(), chosen) != offered.end();
  if (count > 1 || (count == 1 && !was_offered))
    return base::Failure{refuse(response, HandshakeFault::subprotocol_unknown,
                                "the server chose a subprotocol that was not offered: \"" +
                                    base::escape_for_log(chosen, 60) + '"')};
  return Accepted{chosen, response.fields, *agreed};
}

}  // namespace heartwire::ws
