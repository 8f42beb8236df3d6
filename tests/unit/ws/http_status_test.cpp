#include "heartwire/ws/http_status.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

TEST(HttpStatus, names_what_it_lists_and_the_class_of_the_rest) {
  EXPECT_EQ(http_status_name(101), "Switching Protocols");
  EXPECT_EQ(http_status_name(404), "Not Found");
  EXPECT_EQ(http_status_name(503), "Service Unavailable");
  EXPECT_EQ(http_status_name(200), "OK");
  EXPECT_EQ(http_status_name(399), "Redirect");
  EXPECT_EQ(http_status_name(418), "Client Error");
  EXPECT_EQ(http_status_name(599), "Server Error");
}

}  // namespace
}  // namespace heartwire::ws
