#include "heartwire/net/tls_context.hpp"

#include "tests/unit/net/test_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace heartwire::net {
namespace {

using testing::Certificates;
using ::testing::HasSubstr;
using testing::Identity;

class TlsContextTest : public ::testing::Test {
 protected:
  static std::string server_error(const TlsOptions& options) {
    const auto context = TlsContext::server(options);
    return context ? "good" : context.error();
  }
  static std::string client_error(const TlsOptions& options) {
    const auto context = TlsContext::client(options);
    return context ? "good" : context.error();
  }

  Certificates certificates_;
};

TEST_F(TlsContextTest, is_made_of_good_files) {
  const Identity identity = certificates_.issue({});

  EXPECT_EQ(client_error({}), "good");
  EXPECT_EQ(client_error({.ca_file = certificates_.ca_file()}), "good");
  EXPECT_EQ(client_error({.ca_pem = certificates_.ca_pem()}), "good");
  EXPECT_EQ(
      server_error({.certificate_file = identity.certificate_file, .key_file = identity.key_file}),
      "good");
}

TEST_F(TlsContextTest, takes_certificate_and_key_from_one_file) {
  const Identity identity = certificates_.issue({});
  std::ostringstream both;
  both << std::ifstream(identity.certificate_file).rdbuf()
       << std::ifstream(identity.key_file).rdbuf();

  EXPECT_EQ(server_error({.certificate_file = certificates_.write_file("both", both.str())}),
            "good");
}

TEST_F(TlsContextTest, names_the_file_that_is_missing) {
  const Identity identity = certificates_.issue({});

  EXPECT_EQ(client_error({.ca_file = "/no/such.pem"}),
            "cannot read the CA file \"/no/such.pem\": no such file or directory");
  EXPECT_EQ(server_error({.certificate_file = "/no/such.pem"}),
            "cannot read the certificate file \"/no/such.pem\": no such file or directory");
  EXPECT_EQ(
      server_error({.certificate_file = identity.certificate_file, .key_file = "/no/such.key"}),
      "cannot read the key file \"/no/such.key\": no such file or directory");
}

TEST_F(TlsContextTest, names_the_file_that_holds_something_else) {
  const Identity identity = certificates_.issue({});
  const std::string junk = certificates_.write_file("junk", "hello\n");

  EXPECT_THAT(client_error({.ca_file = junk}), HasSubstr("junk\" holds no certificate"));
  EXPECT_THAT(client_error({.ca_pem = "hello"}), HasSubstr("ca_pem holds no certificate"));
  EXPECT_THAT(server_error({.certificate_file = junk, .key_file = identity.key_file}),
              HasSubstr("junk\" holds no usable certificate"));
  EXPECT_THAT(server_error({.certificate_file = identity.certificate_file, .key_file = junk}),
              HasSubstr("junk\" holds no usable private key"));
}

TEST_F(TlsContextTest, notices_a_key_of_another_certificate) {
  const Identity one = certificates_.issue({});
  const Identity other = certificates_.issue({});

  EXPECT_EQ(server_error({.certificate_file = one.certificate_file, .key_file = other.key_file}),
            "the key in \"" + other.key_file + "\" does not match the certificate in \"" +
                one.certificate_file + '"');
}

TEST_F(TlsContextTest, knows_what_a_server_needs) {
  EXPECT_EQ(server_error({}), "a TLS server needs a certificate_file");
  EXPECT_EQ(client_error({.key_file = "x"}), "there is a key_file but no certificate_file");
}

TEST_F(TlsContextTest, copies_share_and_outlive_each_other) {
  TlsContext first = TlsContext::client({.server_name = "example.org"}).value();
  const TlsContext second = first;
  EXPECT_EQ(first.native(), second.native());

  first = TlsContext::client({}).value();

  EXPECT_EQ(second.server_name(), "example.org");
  EXPECT_NE(first.native(), second.native());
}

TEST_F(TlsContextTest, verifies_whom_it_should) {
  const Identity identity = certificates_.issue({});
  const TlsOptions server{.certificate_file = identity.certificate_file,
                          .key_file = identity.key_file};
  TlsOptions strict = server;
  strict.ca_file = certificates_.ca_file();

  EXPECT_TRUE(TlsContext::client({})->is_verifying());
  EXPECT_FALSE(TlsContext::client({.verify = false})->is_verifying());
  EXPECT_FALSE(TlsContext::server(server)->is_verifying());
  EXPECT_TRUE(TlsContext::server(strict)->is_verifying());
}

TEST_F(TlsContextTest, has_no_session_that_nobody_left) {
  EXPECT_EQ(TlsContext::client({})->take_session("example.org"), nullptr);
}

}  // namespace
}  // namespace heartwire::net
