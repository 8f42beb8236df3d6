#include "heartwire/ws/proxy_choice.hpp"

#include "heartwire/ws/no_proxy.hpp"

#include <utility>

namespace heartwire::ws {

base::Result<std::optional<ProxyUrl>, std::string> choose_proxy(const ProxyEnvironment& environment,
                                                                const Url& url) {
  using Choice = std::optional<ProxyUrl>;
  const ProxyVariable& own = url.is_secure ? environment.secure : environment.plain;
  const ProxyVariable& variable = own.value.empty() ? environment.all : own;
  if (variable.value.empty()) return Choice{};
  if (is_exempt_from_proxy(environment.exempt, url.host, url.port)) return Choice{};
  auto proxy = parse_proxy_url(variable.value);
  if (!proxy) return base::Failure{variable.name + " in the environment: " + proxy.error().text};
  return Choice{std::move(proxy).value()};
}

}  // namespace heartwire::ws
