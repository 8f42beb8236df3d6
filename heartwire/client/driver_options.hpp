#pragma once
// From what a user may say to what the driver needs.

#include "heartwire/client/observer.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/net/client_driver.hpp"

#include <memory>

namespace heartwire::client {

/// `options` must have been validated.
net::ClientDriverOptions make_driver_options(const Options& options);

/// The plan's, for one driver: the user's callbacks that the machines call go through `observer`,
/// which must outlive the driver's use of them. Where there are none, nothing is copied.
std::shared_ptr<const net::ClientDriverOptions> driver_options_for(Observer& observer);

}  // namespace heartwire::client
