// What a connection keeps in this layer while it is idle, as sizes: tight, so that growth is
// noticed where it begins. docs/performance.md has what a whole connection takes.

#include "heartwire/net/client_driver.hpp"
#include "heartwire/net/server_connection.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/net/write_buffer.hpp"

#include <gtest/gtest.h>

namespace heartwire::net {
namespace {

TEST(ClientDriverMemory, keeps_to_its_budget) {
  EXPECT_LE(sizeof(ClientDriver), 1392u);
}

TEST(ClientDriverMemory, waits_on_a_socket_with_two_pointers) {
  EXPECT_LE(sizeof(Stream), 2 * sizeof(void*));
  EXPECT_LE(sizeof(WriteBuffer), sizeof(void*));
}

TEST(ClientDriverMemory, of_a_server_is_its_connection_with_the_endpoint_inside) {
  EXPECT_LE(sizeof(ServerConnection), 232u);
  EXPECT_LE(sizeof(endpoint::ServerEndpoint), endpoint::kServerEndpointBytesMax);
}

}  // namespace
}  // namespace heartwire::net
