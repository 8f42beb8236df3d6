#include "heartwire/server/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace heartwire::server {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ServerOptions, AreValidByDefault) {
  EXPECT_EQ(validate(Options{}), std::nullopt);
}

TEST(ServerOptions, NameWhatIsWrong) {
  const std::pair<const char*, std::function<void(Options&)>> cases[] = {
      {"threads", [](Options& options) { options.threads = 1000; }},
      {"heartbeat", [](Options& options) { options.heartbeat.interval = 0s; }},
      {"admission", [](Options& options) { options.admission.connections_max = 0; }},
      {"drain", [](Options& options) { options.drain.accept_rate = 0; }},
      {"dialects", [](Options& options) { options.dialects = {nullptr}; }},
      {"close_timeout", [](Options& options) { options.close_timeout = 0ms; }},
      {"handshake_timeout", [](Options& options) { options.handshake_timeout = 0ms; }},
      {"head_bytes_max", [](Options& options) { options.head_bytes_max = 0; }},
      {"message_bytes_max", [](Options& options) { options.message_bytes_max = 0; }},
      {"send_buffer_bytes_max", [](Options& options) { options.send_buffer_bytes_max = 0; }},
      {"send_buffer_bytes_max", [](Options& options) { options.send_buffer_bytes_max = 2U << 30; }},
      {"compression: level is 0", [](Options& options) { options.compression = {.level = 0}; }},
      {"pins", [](Options& options) { options.tls.pins = {"x"}; }},
      {"client_certificate",
       [](Options& options) { options.tls.client_certificate = net::ClientCertificate::optional; }},
      {"key_file", [](Options& options) { options.tls.key_file = "key.pem"; }},
  };
  for (const auto& [name, spoil] : cases) {
    Options options;
    spoil(options);

    const auto wrong = validate(options);

    ASSERT_TRUE(wrong) << name;
    EXPECT_THAT(*wrong, HasSubstr(name));
  }
}

}  // namespace
}  // namespace heartwire::server
