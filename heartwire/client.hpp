#pragma once
// The client, in the names that programs use.

#include "heartwire/client/blocking_client.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/client/shared_options.hpp"
#include "heartwire/net/loop.hpp"

namespace heartwire {

using client::BlockingClient;
using client::Client;
using ClientHooks = client::Hooks;
using ClientOptions = client::Options;
using client::SharedOptions;
using core::BackoffOptions;
using core::Evidence;
using core::Jitter;
using core::Meaning;
using core::Message;
using core::MessageType;
using core::MessageView;
using core::Reply;
using core::Sending;
using core::SendOptions;
using core::State;
using core::Verdict;
using net::Loop;
namespace dialect = core::dialect;

}  // namespace heartwire
