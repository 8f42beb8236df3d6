#include "heartwire/net/proxy_policy.hpp"

#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace heartwire::net {
namespace {

ws::ProxyVariable first_set(const EnvironmentReader& read,
                            std::initializer_list<const char*> names) {
  for (const char* const name : names)
    if (const char* const value = read(name); value != nullptr && *value != '\0')
      return {name, value};
  return {};
}

}  // namespace

ws::ProxyEnvironment read_proxy_environment(const EnvironmentReader& read) {
  ws::ProxyEnvironment environment;
  environment.secure = first_set(read, {"wss_proxy", "WSS_PROXY", "https_proxy", "HTTPS_PROXY"});
  environment.plain = read("REQUEST_METHOD") == nullptr
                          ? first_set(read, {"ws_proxy", "WS_PROXY", "http_proxy", "HTTP_PROXY"})
                          : first_set(read, {"ws_proxy", "WS_PROXY", "http_proxy"});
  environment.all = first_set(read, {"all_proxy", "ALL_PROXY"});
  environment.exempt = first_set(read, {"no_proxy", "NO_PROXY"}).value;
  return environment;
}

base::Result<ProxyPolicy, std::string> ProxyPolicy::parse(std::string_view text) {
  return parse(text, [](const char* name) -> const char* { return std::getenv(name); });
}

base::Result<ProxyPolicy, std::string> ProxyPolicy::parse(std::string_view text,
                                                          const EnvironmentReader& read) {
  ProxyPolicy policy;
  if (text == "none") return policy;
  if (text == "environment") {
    policy.choice_ = read_proxy_environment(read);
    return policy;
  }
  auto proxy = ws::parse_proxy_url(text);
  if (!proxy) return base::Failure{proxy.error().text};
  policy.choice_ = std::move(proxy).value();
  return policy;
}

base::Result<std::optional<ws::ProxyUrl>, std::string> ProxyPolicy::choose(
    const ws::Url& url) const {
  if (const auto* environment = std::get_if<ws::ProxyEnvironment>(&choice_))
    return ws::choose_proxy(*environment, url);
  if (const auto* proxy = std::get_if<ws::ProxyUrl>(&choice_)) return std::optional{*proxy};
  return std::optional<ws::ProxyUrl>{};
}

}  // namespace heartwire::net
