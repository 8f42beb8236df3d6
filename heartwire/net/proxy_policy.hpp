#pragma once
// Through which proxy a client goes: through none, through the one that it was told, or through the
// one that the environment names for a URL.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/proxy_choice.hpp"
#include "heartwire/ws/proxy_url.hpp"
#include "heartwire/ws/url.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace heartwire::net {

/// As getenv: null if the variable is not set.
using EnvironmentReader = std::function<const char*(const char* name)>;

/// Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY as curl does: lower case goes first, and
/// an empty variable counts as not set. The same under the target's own scheme (WSS_PROXY,
/// WS_PROXY) goes before HTTPS_PROXY and HTTP_PROXY. Where REQUEST_METHOD is set, as for a CGI
/// program, HTTP_PROXY in upper case is what a client wrote into the header `Proxy`, and is
/// ignored.
ws::ProxyEnvironment read_proxy_environment(const EnvironmentReader& read);

/// A value; choose() may be called from any thread.
class ProxyPolicy {
 public:
  /// `none`, `environment`, or the URL of a proxy. The error is for people and shows no password.
  static base::Result<ProxyPolicy, std::string> parse(std::string_view text);
  /// The same, with an environment of the caller's.
  static base::Result<ProxyPolicy, std::string> parse(std::string_view text,
                                                      const EnvironmentReader& read);

  bool is_none() const noexcept { return std::holds_alternative<std::monostate>(choice_); }

  /// The proxy for `url`; nothing: go directly. The error names the variable at fault.
  base::Result<std::optional<ws::ProxyUrl>, std::string> choose(const ws::Url& url) const;

 private:
  /// The environment as it was when this was made: reading it again would race with whoever sets
  /// it.
  std::variant<std::monostate, ws::ProxyUrl, ws::ProxyEnvironment> choice_;
};

}  // namespace heartwire::net
