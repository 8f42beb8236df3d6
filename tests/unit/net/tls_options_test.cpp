#include "heartwire/net/tls_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

const std::string kPin = "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=";

TEST(TlsOptions, are_valid_by_default) {
  EXPECT_EQ(validate_client({}), std::nullopt);
  EXPECT_EQ(validate_server({}), std::nullopt);
  EXPECT_EQ(validate_client({.server_name = "::1", .pins = {kPin, kPin}}), std::nullopt);
}

TEST(TlsOptions, of_a_client_name_what_is_wrong) {
  EXPECT_THAT(validate_client({.pins = {kPin, "sha256//x"}}),
              Optional(HasSubstr("pins has \"sha256//x\", which is not")));
  EXPECT_THAT(validate_client({.pins = std::vector<std::string>(33, kPin)}),
              Optional(HasSubstr("pins has more than 32")));
  EXPECT_THAT(validate_client({.server_name = "a b"}), Optional(HasSubstr("server_name")));
  EXPECT_THAT(validate_client({.server_name = std::string("a\0b", 3)}),
              Optional(HasSubstr("server_name is \"a\\x00b\"")));
  EXPECT_THAT(validate_client({.server_name = std::string(254, 'a')}),
              Optional(HasSubstr("server_name")));
  EXPECT_THAT(validate_client({.key_file = "key"}), Optional(HasSubstr("key_file")));
}

TEST(TlsOptions, of_a_server_name_what_is_wrong) {
  EXPECT_THAT(validate_server({.key_file = "key"}), Optional(HasSubstr("key_file")));
  EXPECT_THAT(validate_server({.pins = {kPin}}), Optional(HasSubstr("pins")));
  EXPECT_THAT(validate_server({.ca_file = "ca"}), Optional(HasSubstr("no certificate_file")));
  TlsOptions options{.certificate_file = "certificate"};
  options.client_certificate = ClientCertificate::optional;
  EXPECT_THAT(validate_server(options), Optional(HasSubstr("client_certificate")));
  options.ca_pem = "a CA";
  EXPECT_EQ(validate_server(options), std::nullopt);
}

}  // namespace
}  // namespace heartwire::net
