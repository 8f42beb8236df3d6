#pragma once
// From what a user may say to what the driver needs.

#include "heartwire/client/observer.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/net/client_driver.hpp"

namespace heartwire::client {

/// `options` must have been validated.
net::ClientDriverOptions make_driver_options(const Options& options);

/// Sends the user's callbacks that the machines call through `observer`, which must outlive the
/// driver's use of them.
void attach(net::ClientDriverOptions& driver, Observer& observer);

}  // namespace heartwire::client
