#include "heartwire/ws/accept_key.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

TEST(AcceptKey, answers_the_example_of_the_rfc) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace heartwire::ws
