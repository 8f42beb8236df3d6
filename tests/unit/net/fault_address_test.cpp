#include "heartwire/net/fault_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::net {
namespace {

using testing::HasSubstr;

FaultAddress read(std::string_view text) {
  return parse_fault_address(text).value();
}

std::string error(std::string_view text) {
  return parse_fault_address(text).error();
}

TEST(FaultAddress, reads_names_and_addresses_of_both_families) {
  EXPECT_EQ(read("example.org:80"), (FaultAddress{"example.org", 80}));
  EXPECT_EQ(read("127.0.0.1:0"), (FaultAddress{"127.0.0.1", 0}));
  EXPECT_EQ(read("[::1]:65535"), (FaultAddress{"::1", 65535}));
}

TEST(FaultAddress, takes_a_bare_port_for_this_machine) {
  EXPECT_EQ(read("9000"), (FaultAddress{"127.0.0.1", 9000}));
}

TEST(FaultAddress, names_what_it_cannot_read) {
  EXPECT_THAT(error(""), HasSubstr("\"\""));
  EXPECT_THAT(error("example.org"), HasSubstr("\"example.org\""));
  EXPECT_THAT(error("host:65536"), HasSubstr("\"host:65536\""));
  EXPECT_THAT(error("host:-1"), HasSubstr("port"));
  EXPECT_THAT(error("host:80x"), HasSubstr("port"));
  EXPECT_THAT(error(":80"), HasSubstr("no host"));
  EXPECT_THAT(error("::1:80"), HasSubstr("brackets"));
}

TEST(FaultAddress, is_written_as_it_is_read) {
  for (const char* text : {"example.org:80", "[::1]:9000"}) EXPECT_EQ(to_string(read(text)), text);
}

}  // namespace
}  // namespace heartwire::net
