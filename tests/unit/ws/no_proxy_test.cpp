#include "heartwire/ws/no_proxy.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

struct Row {
  const char* list;
  const char* host;
  bool is_exempt;
  std::uint16_t port = 443;
};

const Row kRows[] = {
    {"", "example.org", false},
    {"*", "example.org", true},
    {"*", "::1", true},
    {"other, *", "example.org", true},
    // A host, and all below it.
    {"example.org", "example.org", true},
    {"example.org", "feed.example.org", true},
    {".example.org", "example.org", true},
    {".example.org", "feed.example.org", true},
    {"*.example.org", "feed.example.org", true},
    {"example.org", "badexample.org", false},
    {"feed.example.org", "example.org", false},
    {"example.org", "example.com", false},
    {"EXAMPLE.org", "example.org", true},
    {"example.org.", "example.org", true},
    {"example.org", "example.org.", true},
    {"localhost", "localhost", true},
    // Several.
    {"a,example.org,b", "example.org", true},
    {"a example.org\tb", "example.org", true},
    {",, ,example.org,", "example.org", true},
    {"a,b", "example.org", false},
    // Addresses.
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.70", false},
    {"2.7", "192.0.2.7", false},
    {"::1", "::1", true},
    {"[::1]", "::1", true},
    {"0:0::1", "::1", true},
    {"::2", "::1", false},
    // Networks.
    {"10.0.0.0/8", "10.255.0.1", true},
    {"10.0.0.0/8", "11.0.0.1", false},
    {"192.168.16.0/20", "192.168.31.255", true},
    {"192.168.16.0/20", "192.168.32.0", false},
    {"192.0.2.7/32", "192.0.2.7", true},
    {"192.0.2.7/32", "192.0.2.6", false},
    {"0.0.0.0/0", "192.0.2.7", true},
    {"0.0.0.0/0", "::1", false},
    {"0.0.0.0/0", "example.org", false},
    {"fd00::/8", "fd12::1", true},
    {"fd00::/8", "fe00::1", false},
    {"::/0", "::1", true},
    {"2001:db8::/127", "2001:db8::1", true},
    {"2001:db8::/127", "2001:db8::2", false},
    // Ports.
    {"example.org:443", "feed.example.org", true},
    {"example.org:8443", "example.org", false},
    {"192.0.2.7:443", "192.0.2.7", true},
    {"192.0.2.7:80", "192.0.2.7", false},
    {"[::1]:443", "::1", true},
    {"[::1]:80", "::1", false},
    {"*:443", "example.org", true},
    {"*:80", "example.org", false},
    // What makes no sense.
    {".", "example.org", false},
    {"*.", "example.org", false},
    {"10.0.0.0/33", "10.0.0.1", false},
    {"10.0.0.0/", "10.0.0.1", false},
    {"10.0.0.0/8x", "10.0.0.1", false},
    {"10.0.0/8", "10.0.0.1", false},
    {"example.org:", "example.org", false},
    {"example.org:x", "example.org", false},
    {"[::1", "::1", false},
    {"[::1]443", "::1", false},
};

TEST(NoProxy, names_hosts_as_the_field_does) {
  for (const Row& row : kRows)
    EXPECT_EQ(is_exempt_from_proxy(row.list, row.host, row.port), row.is_exempt)
        << '"' << row.list << "\" and " << row.host;
}

}  // namespace
}  // namespace heartwire::ws
