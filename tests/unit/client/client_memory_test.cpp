// What a client keeps in this layer beside its driver: tight, so that growth is noticed.

#include "heartwire/client/client.hpp"
#include "heartwire/client/observer.hpp"

#include <gtest/gtest.h>

namespace heartwire::client {
namespace {

TEST(ClientMemory, is_a_pointer_and_an_observer_that_shares_its_options) {
  EXPECT_LE(sizeof(Client), sizeof(void*));
  EXPECT_LE(sizeof(Observer), 72u);
}

}  // namespace
}  // namespace heartwire::client
