// Whom TLS lets in, and what it says of whom it does not. Sessions and pins: tls_resume_test.cpp.
#include "heartwire/net/tls_channel.hpp"

#include "tests/unit/net/test_tls_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>

namespace heartwire::net {
namespace {

using testing::Certificates;
using testing::client_context;
using ::testing::HasSubstr;
using testing::server_context;
using testing::TestLoop;
using testing::TlsPair;

int note_server_name(SSL* ssl, int*, void* into) {
  if (const char* const sent = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name))
    *static_cast<std::string*>(into) = sent;
  return SSL_TLSEXT_ERR_OK;
}

class TlsChannelTest : public ::testing::Test {
 protected:
  /// What a client that trusts our CA says of a server with such a certificate.
  std::string verdict(const Certificates::Wish& wish, const std::string& host = "localhost",
                      TlsOptions options = {}) {
    if (options.ca_file.empty()) options.ca_file = certificates_.ca_file();
    TlsPair pair(loop_);
    EXPECT_TRUE(
        pair.shake_hands(client_context(options), server_context(certificates_.issue(wish)), host));
    if (!pair.client_failure) return "good";
    EXPECT_TRUE(pair.client_failure->is_certificate);
    EXPECT_TRUE(pair.server_failure) << "the server is told by an alert";
    return pair.client_failure->text;
  }

  TestLoop loop_;
  Certificates certificates_;
};

TEST_F(TlsChannelTest, accepts_the_right_host_from_a_trusted_issuer) {
  EXPECT_EQ(verdict({.name = "example.org"}, "example.org"), "good");
  EXPECT_EQ(verdict({.name = "*.example.org"}, "feed.example.org"), "good");
  EXPECT_EQ(verdict({.name = "example.org"}, "example.org."), "good");
  EXPECT_EQ(verdict({.name = "127.0.0.1", .is_address = true}, "127.0.0.1"), "good");
  EXPECT_EQ(verdict({.name = "::1", .is_address = true}, "::1"), "good");
}

TEST_F(TlsChannelTest, refuses_another_host_and_names_both) {
  EXPECT_EQ(verdict({.name = "example.org"}, "example.com"),
            "the certificate is for example.org, not for example.com");
  EXPECT_THAT(verdict({.name = "example.org"}, "127.0.0.1"), HasSubstr("not for 127.0.0.1"));
  EXPECT_THAT(verdict({.name = "127.0.0.1", .is_address = true}, "localhost"),
              HasSubstr("not for localhost"));
  EXPECT_THAT(verdict({.name = "*.example.org"}, "a.b.example.org"), HasSubstr("not for"));
}

TEST_F(TlsChannelTest, refuses_what_is_out_of_date_and_names_the_day) {
  EXPECT_THAT(verdict({.valid_from_days = -30, .valid_to_days = -1}),
              ::testing::MatchesRegex("the certificate expired on 20..-..-.."));
  EXPECT_THAT(verdict({.valid_from_days = 2, .valid_to_days = 30}),
              ::testing::MatchesRegex("the certificate is not valid before 20..-..-.."));
}

TEST_F(TlsChannelTest, refuses_an_unknown_issuer_and_names_it) {
  const Certificates others("another CA");

  EXPECT_THAT(verdict({}, "localhost", {.ca_file = others.ca_file()}),
              ::testing::AllOf(HasSubstr("unknown issuer"), HasSubstr("heartwire test CA")));
  EXPECT_EQ(verdict({.is_self_signed = true}), "the certificate is self-signed and not trusted");
}

TEST_F(TlsChannelTest, trusts_a_ca_given_as_text) {
  const std::string pem = certificates_.ca_pem();
  TlsPair pair(loop_);

  ASSERT_TRUE(
      pair.shake_hands(client_context({.ca_pem = pem}), server_context(certificates_.issue({}))));

  EXPECT_FALSE(pair.client_failure);
}

TEST_F(TlsChannelTest, refuses_a_host_that_only_the_subject_names) {
  EXPECT_EQ(verdict({.is_subject_only = true}),
            "the certificate has no subjectAltName, and its subject \"/CN=localhost\" does not say "
            "whom it is for");
}

TEST_F(TlsChannelTest, verifies_the_overriding_name_instead_of_the_host) {
  EXPECT_EQ(verdict({.name = "inside.example"}, "127.0.0.1", {.server_name = "inside.example"}),
            "good");
  EXPECT_THAT(verdict({.name = "localhost"}, "localhost", {.server_name = "inside.example"}),
              HasSubstr("not for inside.example"));
}

TEST_F(TlsChannelTest, trusts_a_chain_that_the_server_sends_with_its_certificate) {
  EXPECT_EQ(verdict({.has_intermediate = true}), "good");
}

TEST_F(TlsChannelTest, asks_for_the_host_by_name_and_for_an_address_without) {
  const auto asked_for = [&](const std::string& host, TlsOptions options) {
    std::string name = "(nothing)";
    const TlsContext server = server_context(certificates_.issue({}));
    SSL_CTX_set_tlsext_servername_arg(server.native(), &name);
    // OpenSSL's own macro for it casts in the old style.
    SSL_CTX_callback_ctrl(server.native(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(note_server_name));
    options.verify = false;
    TlsPair pair(loop_);
    EXPECT_TRUE(pair.shake_hands(client_context(options), server, host));
    return name;
  };

  EXPECT_EQ(asked_for("feed.example.org", {}), "feed.example.org");
  EXPECT_EQ(asked_for("feed.example.org.", {}), "feed.example.org");
  EXPECT_EQ(asked_for("127.0.0.1", {}), "(nothing)");
  EXPECT_EQ(asked_for("127.0.0.1", {.server_name = "inside.example"}), "inside.example");
}

TEST_F(TlsChannelTest, lets_everybody_in_only_when_told_to) {
  EXPECT_EQ(verdict({.name = "example.org", .valid_to_days = -1, .is_self_signed = true},
                    "localhost", {.verify = false}),
            "good");
}

TEST_F(TlsChannelTest, a_server_with_a_ca_wants_to_see_a_certificate) {
  const testing::Identity server = certificates_.issue({});
  const testing::Identity client = certificates_.issue({.name = "client"});
  const TlsContext strict = server_context(server, {.ca_file = certificates_.ca_file()});
  TlsOptions options{.ca_file = certificates_.ca_file()};

  TlsPair anonymous(loop_);
  ASSERT_TRUE(anonymous.shake_hands(client_context(options), strict));
  ASSERT_TRUE(anonymous.server_failure);
  EXPECT_EQ(anonymous.server_failure->text, "the peer showed no certificate");
  base::Bytes buffer(10);
  EXPECT_THAT(anonymous.read(anonymous.client, buffer).error, HasSubstr("certificate required"));

  options.certificate_file = client.certificate_file;
  options.key_file = client.key_file;
  TlsPair known(loop_);
  ASSERT_TRUE(known.shake_hands(client_context(options), strict));
  EXPECT_FALSE(known.server_failure);
}

TEST_F(TlsChannelTest, a_server_may_let_in_who_shows_none_and_still_refuses_a_stranger) {
  Certificates others("another CA");
  TlsOptions lenient{.ca_file = certificates_.ca_file()};
  lenient.client_certificate = ClientCertificate::optional;
  const TlsContext server = server_context(certificates_.issue({}), lenient);
  TlsOptions options{.ca_file = certificates_.ca_file()};

  TlsPair anonymous(loop_);
  ASSERT_TRUE(anonymous.shake_hands(client_context(options), server));
  EXPECT_FALSE(anonymous.server_failure);
  EXPECT_EQ(anonymous.server.peer_certificate(), std::nullopt);

  const testing::Identity known = certificates_.issue({.name = "alice"});
  options.certificate_file = known.certificate_file;
  options.key_file = known.key_file;
  TlsPair shown(loop_);
  ASSERT_TRUE(shown.shake_hands(client_context(options), server));
  ASSERT_TRUE(shown.server.peer_certificate());
  EXPECT_EQ(shown.server.peer_certificate()->subject, "CN=alice");

  const testing::Identity stranger = others.issue({.name = "alice"});
  options.certificate_file = stranger.certificate_file;
  options.key_file = stranger.key_file;
  TlsPair strange(loop_);
  ASSERT_TRUE(strange.shake_hands(client_context(options), server));
  ASSERT_TRUE(strange.server_failure);
  EXPECT_THAT(strange.server_failure->text, HasSubstr("unknown issuer, \"/CN=another CA\""));
}

TEST_F(TlsChannelTest, says_so_when_there_is_no_common_version) {
  TlsOptions modern{.ca_file = certificates_.ca_file()};
  modern.minimum_version = TlsVersion::tls_1_3;
  const TlsContext server = server_context(certificates_.issue({}));
  SSL_CTX_set_max_proto_version(server.native(), TLS1_2_VERSION);
  TlsPair pair(loop_);

  ASSERT_TRUE(pair.shake_hands(client_context(modern), server));

  ASSERT_TRUE(pair.client_failure && pair.server_failure);
  EXPECT_EQ(pair.client_failure->text, "no common version of TLS");
  EXPECT_EQ(pair.server_failure->text, "no common version of TLS");
  EXPECT_FALSE(pair.client_failure->is_certificate);
}

TEST_F(TlsChannelTest, does_not_go_below_1_2) {
  const TlsContext old = server_context(certificates_.issue({}));
  SSL_CTX_set_security_level(old.native(), 0);
  SSL_CTX_set_min_proto_version(old.native(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.native(), TLS1_1_VERSION);
  const TlsContext client = client_context({.ca_file = certificates_.ca_file()});
  SSL_CTX_set_security_level(client.native(), 0);
  TlsPair pair(loop_);

  ASSERT_TRUE(pair.shake_hands(client, old));

  ASSERT_TRUE(pair.client_failure);
  EXPECT_EQ(pair.client_failure->text, "no common version of TLS");
}

TEST_F(TlsChannelTest, insists_on_the_version_it_was_told) {
  TlsOptions options{.ca_file = certificates_.ca_file()};
  options.minimum_version = TlsVersion::tls_1_3;
  TlsPair pair(loop_);

  ASSERT_TRUE(pair.shake_hands(client_context(options), server_context(certificates_.issue({}))));

  EXPECT_EQ(pair.client.tls_info()->version, "TLSv1.3");
}

TEST_F(TlsChannelTest, says_so_when_the_peer_speaks_something_else) {
  TlsPair pair(loop_);
  std::optional<TlsFailure> failure;
  pair.client.async_tls_handshake(client_context({}), "localhost",
                                  [&](std::optional<TlsFailure> why) { failure = why; });

  pair.server.write_some(base::as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));

  ASSERT_TRUE(loop_.run_until([&] { return failure.has_value(); }));
  EXPECT_EQ(failure->text, "the peer does not speak TLS");
  EXPECT_FALSE(failure->is_certificate);
}

TEST_F(TlsChannelTest, says_so_when_the_peer_goes_away) {
  TlsPair pair(loop_);
  std::optional<TlsFailure> failure;
  pair.client.async_tls_handshake(client_context({}), "localhost",
                                  [&](std::optional<TlsFailure> why) { failure = why; });

  pair.server.close();

  ASSERT_TRUE(loop_.run_until([&] { return failure.has_value(); }));
  EXPECT_THAT(failure->text,
              ::testing::AnyOf("the peer closed the connection", "connection reset by peer"));
}

TEST_F(TlsChannelTest, refuses_a_host_that_cannot_be_one) {
  EXPECT_THAT(
      [&] {
        TlsPair pair(loop_);
        std::optional<TlsFailure> failure;
        pair.client.async_tls_handshake(client_context({}), std::string{"a\0b", 3},
                                        [&](std::optional<TlsFailure> why) { failure = why; });
        EXPECT_TRUE(loop_.run_until([&] { return failure.has_value(); }));
        return failure->text;
      }(),
      HasSubstr("cannot be the name of a host"));
}

}  // namespace
}  // namespace heartwire::net
