#pragma once
// The client for programs with their own boost::asio::io_context, in the names that programs use.

#include "heartwire/asio/async_client.hpp"
#include "heartwire/client.hpp"

namespace heartwire {

using asio::AsyncClient;
using client::ReceiveError;

}  // namespace heartwire
