#pragma once
// Which proxy the environment names for a URL. Reading the environment is the driver's; this is
// what follows from it.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/proxy_url.hpp"
#include "heartwire/ws/url.hpp"

#include <optional>
#include <string>

namespace heartwire::ws {

/// A variable that is set, under the name by which it was found; empty if none is.
struct ProxyVariable {
  std::string name{};
  std::string value{};

  bool operator==(const ProxyVariable&) const = default;
};

struct ProxyEnvironment {
  ProxyVariable secure{};  ///< HTTPS_PROXY: for wss.
  ProxyVariable plain{};   ///< HTTP_PROXY: for ws.
  ProxyVariable all{};     ///< ALL_PROXY: for what has none of its own.
  std::string exempt{};    ///< NO_PROXY.

  bool operator==(const ProxyEnvironment&) const = default;
};

/// The proxy for `url`; nothing: reach it directly. The error names the variable whose value is no
/// proxy, and does not show a password.
base::Result<std::optional<ProxyUrl>, std::string> choose_proxy(const ProxyEnvironment& environment,
                                                                const Url& url);

}  // namespace heartwire::ws
