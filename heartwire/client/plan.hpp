#pragma once
// What clients are made from: options that were checked and worked out once, and are shared by as
// many clients as like. Nothing in it belongs to one client. Immutable but for a TLS context that
// is made when it is first needed; any thread.

#include "heartwire/base/result.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/net/client_driver.hpp"
#include "heartwire/net/proxy_policy.hpp"
#include "heartwire/net/tls_context.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::client {

class Plan {
 public:
  /// Throws as Client does.
  explicit Plan(Options options);

  /// The context for wss, made anew only if nobody holds one alike; else the text of what was
  /// wrong, naming the file.
  base::Result<std::shared_ptr<const net::TlsContext>, std::string> tls() const;

  const net::ClientDriverOptions driver;
  // What is the user's, to be asked and told by an Observer.
  const Hooks hooks;
  const std::vector<std::string> urls;
  const std::vector<Header> headers;
  const std::function<Request(const AttemptInfo&)> request;
  const std::function<bool()> wanted;
  const std::function<std::optional<core::Verdict>(const core::Outcome&)> judge;
  const std::vector<core::Message> greeting;
  const std::function<std::vector<core::Message>()> make_greeting;
  const net::ProxyPolicy proxy;
  const bool trusts_blindly;  ///< Nobody checks who a wss server is: neither by a chain nor a pin.

 private:
  const net::TlsOptions tls_options_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const net::TlsContext> tls_;  ///< Once needed. Guarded by mutex_.
};

using PlanPtr = std::shared_ptr<const Plan>;  // Of all clients made from it; none is the first.

}  // namespace heartwire::client
