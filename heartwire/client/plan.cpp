#include "heartwire/client/plan.hpp"

#include "heartwire/client/driver_options.hpp"
#include "heartwire/net/shared_tls.hpp"
#include "heartwire/ws/url.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace heartwire::client {
namespace {

net::ClientDriverOptions checked_driver_options(const Options& options) {
  if (const auto wrong = validate(options)) throw std::invalid_argument(*wrong);
  return make_driver_options(options);
}

bool is_secure(const std::string& text) {
  const auto url = ws::parse_url(text);
  return url && url->is_secure;
}

}  // namespace

Plan::Plan(Options options)
    : driver(checked_driver_options(options)),
      hooks(std::move(options.hooks)),
      urls(std::move(options.urls)),
      headers(std::move(options.headers)),
      request(std::move(options.request)),
      wanted(std::move(options.wanted)),
      judge(std::move(options.judge)),
      greeting(std::move(options.greeting)),
      make_greeting(std::move(options.make_greeting)),
      proxy(*net::ProxyPolicy::parse(options.proxy)),  // Valid: see driver.
      trusts_blindly(!options.tls.verify && options.tls.pins.empty()),
      tls_options_(std::move(options.tls)) {
  // Files that were named are looked at now, when somebody can still be told.
  const bool is_needed =
      tls_options_ != net::TlsOptions{} || std::any_of(urls.begin(), urls.end(), is_secure);
  if (!is_needed) return;
  if (const auto made = tls(); !made) throw std::runtime_error(made.error());
}

base::Result<std::shared_ptr<const net::TlsContext>, std::string> Plan::tls() const {
  const std::lock_guard lock(mutex_);
  if (tls_) return tls_;
  auto made = net::shared_client_tls(tls_options_);
  if (made) tls_ = *made;
  return made;
}

}  // namespace heartwire::client
