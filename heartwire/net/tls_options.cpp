#include "heartwire/net/tls_options.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/net/tls_pin.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace heartwire::net {
namespace {

using Wrong = std::optional<std::string>;

constexpr std::size_t kPinsMax = 32;
constexpr std::size_t kNameBytesMax = 253;

bool may_be_name(std::string_view text) {
  return text.size() <= kNameBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Wrong wrong_identity(const TlsOptions& options) {
  if (options.certificate_file.empty() && !options.key_file.empty())
    return "tls: key_file is set, but certificate_file is not";
  return std::nullopt;
}

}  // namespace

Wrong validate_client(const TlsOptions& options) {
  if (!may_be_name(options.server_name))
    return "tls: server_name is \"" + base::escape_for_log(options.server_name, 80) +
           "\", which cannot be the name of a host";
  if (options.pins.size() > kPinsMax) return "tls: pins has more than 32";
  for (const std::string& pin : options.pins)
    if (!is_pin(pin))
      return "tls: pins has \"" + base::escape_for_log(pin, 80) +
             "\", which is not sha256// and the base64 of 32 octets";
  return wrong_identity(options);
}

Wrong validate_server(const TlsOptions& options) {
  const bool has_ca = !options.ca_file.empty() || !options.ca_pem.empty();
  if (options.client_certificate == ClientCertificate::optional && !has_ca)
    return "tls: client_certificate is optional, but neither ca_file nor ca_pem says whom to trust";
  if (has_ca && options.certificate_file.empty())
    return "tls: there is a CA to judge clients by, but no certificate_file, so no TLS";
  if (!options.pins.empty()) return "tls: pins are for clients";
  return wrong_identity(options);
}

}  // namespace heartwire::net
