#pragma once
// The server, in the names that programs use.

#include "heartwire/server/server.hpp"

namespace heartwire {

using core::Message;
using core::MessageType;
using core::MessageView;
using server::Admit;
using server::Connection;
using server::Encoded;
using server::Server;
using ServerOptions = server::Options;
namespace dialect = core::dialect;

}  // namespace heartwire
