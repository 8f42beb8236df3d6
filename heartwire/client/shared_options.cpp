#include "heartwire/client/shared_options.hpp"

#include "heartwire/client/plan.hpp"

#include <utility>

namespace heartwire::client {

SharedOptions::SharedOptions(Options options)
    : plan_(std::make_shared<const Plan>(std::move(options))) {}

}  // namespace heartwire::client
