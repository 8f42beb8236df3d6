#pragma once
// NO_PROXY: the list of hosts that are reached without a proxy. Nobody has ever specified it; these
// are curl's rules, with the ports that Go and others know:
//
//   *                      every host
//   example.org            the host and everything below it; so do .example.org and *.example.org
//   192.0.2.7  [::1]  ::1  an address
//   10.0.0.0/8  fd00::/8   a network
//   example.org:8080       any of these (IPv6 in brackets), on that port only
//
// Entries are parted by commas or spaces and compare without case. Names are compared as they are
// written, and never looked up: a network matches only a URL that names an address.

#include <cstdint>
#include <string_view>

namespace heartwire::ws {

/// Whether `list` names `host` (a name, or an address without brackets) on `port`. An entry that
/// makes no sense matches nothing.
bool is_exempt_from_proxy(std::string_view list, std::string_view host,
                          std::uint16_t port) noexcept;

}  // namespace heartwire::ws
