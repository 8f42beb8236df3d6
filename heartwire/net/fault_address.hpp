#pragma once
// "host:port" as people write it on a command line, taken apart.

#include "heartwire/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::net {

/// Where to listen or to connect. The host is a name or an address, an IPv6 one without brackets.
struct FaultAddress {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const FaultAddress&) const = default;
};

/// Reads `host:port`, `[v6]:port`, or a bare `port` on 127.0.0.1. The port is 0 to 65535; whether 0
/// makes sense is the caller's to say. The error is for people and names what is wrong.
base::Result<FaultAddress, std::string> parse_fault_address(std::string_view text);

/// `host:port`, in brackets where the host is an IPv6 address.
std::string to_string(const FaultAddress& address);

}  // namespace heartwire::net
