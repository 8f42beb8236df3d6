#pragma once
// Options for many clients alike: checked once, TLS set up once, held once. Ten thousand clients
// made from one of these need a fraction of the memory that they need with options of their own.
//
//   const heartwire::SharedOptions shared({.urls = {"wss://example.org/feed"}});
//   for (auto& device : devices)
//     device.client.emplace(loop, shared, heartwire::ClientHooks{.on_message = ...});

#include "heartwire/client/options.hpp"

#include <memory>

namespace heartwire::client {

class Plan;

/// A light value that may be copied and used from any thread. What is in it lives as long as the
/// last copy, or the last client made from one.
class SharedOptions {
 public:
  /// Throws as Client does. The callbacks in `options` (request, wanted, judge, make_greeting,
  /// those of a custom dialect) are called for every client, each time on the thread of that
  /// client's loop: for clients on several loops, at the same time.
  explicit SharedOptions(Options options);

 private:
  friend class Client;
  std::shared_ptr<const Plan> plan_;  // Shared with the clients, which may go last.
};

}  // namespace heartwire::client
