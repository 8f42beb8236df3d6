#pragma once
// The TLS context of a server, which may be replaced while it runs: connections that are there keep
// theirs, those that come get the new one.

#include "heartwire/net/tls_context.hpp"

#include <mutex>
#include <utility>

namespace heartwire::net {

/// Any thread.
class ServerTls {
 public:
  explicit ServerTls(TlsContext context) : context_(std::move(context)) {}

  TlsContext current() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

  void replace(TlsContext context) {
    const std::lock_guard lock(mutex_);
    std::swap(context_, context);
  }

 private:
  mutable std::mutex mutex_;
  TlsContext context_;
};

}  // namespace heartwire::net
